package io.clearview.classifier.model.lexical;

import io.clearview.classifier.model.Model;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.scheduler.Schedulers;

/** The model of a service that was given none. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "clearview.model.kind", havingValue = "lexical", matchIfMissing = true)
class LexicalConfiguration {

	@Bean
	Model lexicalModel() {
		return new LexicalModel(new Lexicon(), Schedulers.parallel());
	}

}
