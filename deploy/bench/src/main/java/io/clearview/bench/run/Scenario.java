package io.clearview.bench.run;

/** Something that happens to the system, and what is measured of it. */
interface Scenario {

	/** How it is called on the command line and in tables. */
	String name();

	/** One line on what it does. */
	String about();

	/** About how long it takes, in seconds. */
	int seconds(Plan plan);

	/** Whether it begins with warming up, so that nothing before it need do so. */
	default boolean warmsUp() {
		return false;
	}

	/** Runs it on a rig that is warm, unless it warms it up itself. */
	Findings run(Bench bench);

}
