package io.clearview.classifier.model.openai;

import java.util.Map;

import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.annotation.PostExchange;
import reactor.core.publisher.Mono;

/** The one call that is made of a provider. */
@HttpExchange(accept = MediaType.APPLICATION_JSON_VALUE, contentType = MediaType.APPLICATION_JSON_VALUE)
interface ChatApi {

	@PostExchange("/chat/completions")
	Mono<byte[]> complete(@RequestHeader Map<String, String> headers, @RequestBody Map<String, Object> request);

}
