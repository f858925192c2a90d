package io.clearview.migration;

import java.util.Collection;

/**
 * What both sides have granted today compared with what the new system has charged, all
 * users added.
 *
 * @param byOld posts granted by the old backend
 * @param byNew posts granted by the new system
 * @param uncharged granted and not charged by the new system
 * @param mostUncharged the same of the user who has most
 * @param overcharged charged and not granted
 */
record Balance(int byOld, int byNew, int uncharged, int mostUncharged, int overcharged) {

	static final Balance NONE = new Balance(0, 0, 0, 0, 0);

	static Balance of(Collection<Person> people) {
		Balance all = NONE;
		for (Person person : people) {
			all = new Balance(all.byOld + person.byOld(), all.byNew + person.byNew(),
					all.uncharged + person.uncharged(), Math.max(all.mostUncharged, person.uncharged()),
					all.overcharged + person.overcharged());
		}
		return all;
	}

}
