package io.clearview.classifier.model.lexical;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tells from a few words that a preference is not in English: letters of another
 * alphabet, or function words and verbs of hiding that other languages have and English
 * has not.
 */
final class ForeignWords {

	private static final Pattern WORD = Pattern.compile("\\p{L}+");

	private static final Set<String> WORDS = Set.of(
			// Spanish, Portuguese, Italian
			"bloquea", "bloquear", "bloquee", "oculta", "ocultar", "esconde", "esconder", "ver", "quiero", "quero",
			"mostrar", "muestres", "mostres", "nada", "sobre", "y", "el", "los", "las", "una", "mas", "más", "sin",
			"sem", "não", "nao", "mais", "del", "publicaciones", "mensajes", "noticias", "notícias", "blocca",
			"nascondi", "niente", "senza", "voglio", "vedere", "di", "che", "sulla", "politica", "política", "apuestas",
			"criptomonedas", "deportes", "esportes", "fútbol", "futebol", "calcio", "e",
			// French
			"bloquez", "bloquer", "masquer", "masquez", "cacher", "cachez", "pas", "plus", "je", "veux", "voir", "les",
			"des", "la", "le", "et", "ou", "sur", "sans", "contenu", "publicités", "politique", "rien", "aucun",
			"aucune",
			// German, Dutch
			"blockiere", "blockieren", "verstecke", "verstecken", "ausblenden", "blende", "keine", "kein", "keinen",
			"nichts", "nicht", "und", "oder", "über", "mehr", "ich", "möchte", "mag", "sehen", "werbung", "politik",
			"ohne", "der", "das", "geen", "niet", "meer", "wil", "zien", "verberg", "blokkeer", "alsjeblieft",
			// Turkish, Polish, Swedish, Indonesian
			"engelle", "gizle", "ve", "istemiyorum", "zablokuj", "ukryj", "nie", "chcę", "blockera", "inte", "och",
			"blokir", "sembunyikan", "dan", "jangan");

	/** Function words that are English too; one alone proves nothing. */
	private static final Set<String> SHARED = Set.of("la", "le", "des", "las", "los", "el", "di", "dan", "e", "y",
			"plus", "pas", "ver", "mag", "sin", "das", "les", "et", "ve", "del", "sur", "mas", "der", "una", "nada");

	private ForeignWords() {
	}

	static boolean in(String preference) {
		int shared = 0;
		Matcher words = WORD.matcher(preference.toLowerCase(Locale.ROOT));
		while (words.find()) {
			String word = words.group();
			if (word.codePoints().anyMatch(ForeignWords::isOtherAlphabet)) {
				return true;
			}
			if (SHARED.contains(word)) {
				shared++;
			}
			else if (WORDS.contains(word)) {
				return true;
			}
		}
		return shared > 1;
	}

	private static boolean isOtherAlphabet(int letter) {
		Character.UnicodeScript script = Character.UnicodeScript.of(letter);
		return script != Character.UnicodeScript.LATIN && script != Character.UnicodeScript.COMMON
				&& script != Character.UnicodeScript.INHERITED;
	}

}
