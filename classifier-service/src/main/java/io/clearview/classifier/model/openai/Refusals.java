package io.clearview.classifier.model.openai;

import java.util.regex.Pattern;

/** Recognises a model that declines in words instead of labelling. */
final class Refusals {

	private static final Pattern WORDS = Pattern.compile(
			"^\\W*(i['’]?m (very |really |so )?(sorry|unable|not able)|i am (sorry|unable|not able)|sorry|i apologi[sz]e"
					+ "|i (can['’]?t|cannot|can not|won['’]?t|will not|must decline|decline)|unable to|as an ai)\\b",
			Pattern.CASE_INSENSITIVE);

	private Refusals() {
	}

	/** Whether an answer without labels declines. */
	static boolean isRefusal(String answer) {
		boolean prose = answer.indexOf('{') < 0 && answer.indexOf('[') < 0 && answer.indexOf('<') < 0;
		return prose && WORDS.matcher(answer).find();
	}

}
