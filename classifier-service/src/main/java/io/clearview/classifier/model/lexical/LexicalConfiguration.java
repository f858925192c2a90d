package io.clearview.classifier.model.lexical;

import io.clearview.classifier.model.Model;
import io.clearview.classifier.model.guard.MeteredModel;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.scheduler.Schedulers;

/** Term lists alone, without weights. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "clearview.model.kind", havingValue = "lexical")
class LexicalConfiguration {

	@Bean
	Model lexicalModel(MeterRegistry meters) {
		return new MeteredModel(new LexicalModel(new Lexicon(), Schedulers.parallel()), meters);
	}

}
