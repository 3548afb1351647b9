// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/listfacts.h"

#include "models/items/text.h"
#include "models/items/timetext.h"

#include <QCoreApplication>
#include <QStringList>

namespace crossfade {

namespace {

struct ListWords {
    Q_DECLARE_TR_FUNCTIONS(ListWords)
};

QString dated(const QString &text, bool complete, Instant updatedAt, Instant now)
{
    const QString whole = complete ? text : ListWords::tr("%1, not complete").arg(text);
    return ListWords::tr("%1 · %2").arg(whole, shortTime(updatedAt, now));
}

QString entriesText(const GrayListFacts &list)
{
    const QString count = countText(list.entries);
    if (list.kind == "ENTITY")
        return ListWords::tr("entities: %1").arg(count);
    if (list.kind == "USER")
        return ListWords::tr("users: %1").arg(count);
    return ListWords::tr("interfaces: %1").arg(count);
}

} // namespace

QString heldText(const std::optional<HeldFacts> &facts, Instant now)
{
    if (!facts)
        return ListWords::tr("Not known now.");
    if (!facts->updatedAt)
        return ListWords::tr("Nobody is known yet: the comparator pushes them.");
    return dated(ListWords::tr("Known users: %1, entities: %2").arg(countText(facts->users), countText(facts->entities)),
                 facts->complete, *facts->updatedAt, now);
}

QString keyIndexText(const std::optional<KeyIndexFacts> &facts, Instant now)
{
    if (!facts)
        return ListWords::tr("Not known now.");
    if (!facts->updatedAt)
        return ListWords::tr("There is no index yet: the comparator pushes it.");
    return dated(ListWords::tr("Keys in the index: %1").arg(countText(facts->keys)), facts->complete, *facts->updatedAt, now);
}

QString grayListsText(const std::optional<std::vector<GrayListFacts>> &lists)
{
    if (!lists)
        return ListWords::tr("Not known now.");
    QStringList words;
    for (const GrayListFacts &list : *lists)
        words << (list.enforced ? ListWords::tr("%1 (%2, enforced)") : ListWords::tr("%1 (%2)")).arg(toText(list.name), entriesText(list));
    return words.isEmpty() ? ListWords::tr("There is none.") : words.join(ListWords::tr("; "));
}

} // namespace crossfade
