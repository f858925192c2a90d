package io.clearview.classifier.model;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/** A method that a decorator forgets to pass on has the default of the interface. */
class DelegatingModelTest {

	static Stream<Method> methods() {
		return Arrays.stream(Model.class.getDeclaredMethods()).filter((method) -> !method.isSynthetic());
	}

	@ParameterizedTest
	@MethodSource("methods")
	void passesEveryMethodOn(Method method) throws Exception {
		assertThat(DelegatingModel.class.getMethod(method.getName(), method.getParameterTypes()).getDeclaringClass())
			.isEqualTo(DelegatingModel.class);
	}

}
