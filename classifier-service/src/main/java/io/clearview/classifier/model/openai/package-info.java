/**
 * Any endpoint that speaks OpenAI's chat completions: OpenAI, Gemini, vLLM, Ollama,
 * LiteLLM.
 */
@NullMarked
package io.clearview.classifier.model.openai;

import org.jspecify.annotations.NullMarked;
