package io.clearview.bench.simulate;

import java.util.List;

/** How many tokens a call has. */
interface PromptSize {

	int prompt(String preference, List<String> posts);

	int completion(int posts);

}
