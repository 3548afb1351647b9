// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/rules/conflictdialog.h"

#include "models/items/rulewords.h"
#include "models/items/text.h"
#include "models/items/timetext.h"
#include "ui/shared/buttons.h"
#include "ui/shared/labels.h"

#include <QButtonGroup>
#include <QDateTime>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QRadioButton>
#include <QVBoxLayout>

namespace crossfade {

namespace {

// A radio button draws '&' as a mnemonic: text from outside must not.
QString literal(const QString &text)
{
    QString shown = text.left(60);
    return shown.replace(QLatin1Char('&'), QStringLiteral("&&"));
}

QString boundText(const std::optional<Instant> &at)
{
    return at ? localDateTime(*at).toString(QStringLiteral("yyyy-MM-dd HH:mm:ss"))
              : QStringLiteral("—");
}

} // namespace

ConflictDialog::ConflictDialog(const RuleConflict &conflict, QWidget *parent)
    : QDialog(parent)
    , m_conflict(conflict)
{
    setObjectName(QStringLiteral("conflictDialog"));
    setMinimumWidth(680);
    const QString title = conflict.theirs
                              ? tr("%1 was changed meanwhile").arg(toText(conflict.mine.name))
                              : tr("%1 was deleted meanwhile").arg(toText(conflict.mine.name));
    setWindowTitle(title);
    auto *all = new QVBoxLayout(this);
    all->setContentsMargins(16, 16, 16, 16);
    all->setSpacing(12);
    addHead(all, title);
    addButtons(all);
}

void ConflictDialog::addHead(QVBoxLayout *all, const QString &title)
{
    all->addWidget(new TextLabel(title, FontRole::DialogTitle));
    if (!m_conflict.theirs) {
        all->addWidget(new ElidingLabel(tr("Your version can be kept as a new rule.")));
        return;
    }
    const QString who = toText(m_conflict.theirs->changedBy);
    all->addWidget(new ElidingLabel(
        m_conflict.deletes
            ? tr("By %1, after you had chosen to delete it. This is what it says now.").arg(who)
            : tr("By %1. Choose field by field what is to hold; saving then overwrites nothing unseen.").arg(who)));
    auto *grid = new QGridLayout;
    grid->setHorizontalSpacing(16);
    grid->setVerticalSpacing(6);
    addFields(grid);
    all->addLayout(grid);
}

void ConflictDialog::addButtons(QVBoxLayout *all)
{
    auto *row = new QHBoxLayout;
    row->addStretch(1);
    all->addLayout(row);
    const auto add = [&](Button *button, const char *name) {
        button->setObjectName(QLatin1String(name));
        row->addWidget(button);
        return button;
    };
    connect(add(new Button(tr("Decide later")), "conflictLater"), &QPushButton::clicked, this, &QDialog::reject);
    const QString theirs = m_conflict.theirs ? tr("Keep theirs") : tr("Give mine up");
    if (m_conflict.deletes || !m_conflict.theirs)
        connect(add(new Button(theirs), "conflictTheirs"), &QPushButton::clicked, this, [this] {
            Q_EMIT theirsKept();
            reject();
        });
    const QString mine = m_conflict.deletes  ? tr("Delete it all the same")
                         : m_conflict.theirs ? tr("Merge")
                                             : tr("Keep as a new rule");
    connect(add(new Button(ButtonKind::Accent, mine), "conflictMerge"), &QPushButton::clicked, this, &QDialog::accept);
}

void ConflictDialog::addField(QGridLayout *grid, const QString &name, const char *objectName,
                              const QString &base, const QString &mine, const QString &theirs,
                              Take take)
{
    const int row = grid->rowCount();
    const bool same = mine == theirs;
    grid->addWidget(new TextLabel(name, same ? FontRole::Secondary : FontRole::Strong,
                                  same ? Ink::Secondary : Ink::Text),
                    row, 0);
    if (same) {
        grid->addWidget(new ElidingLabel(mine), row, 1);
        grid->addWidget(new ElidingLabel(tr("the same")), row, 2);
        return;
    }
    if (m_conflict.deletes) {
        grid->addWidget(new ElidingLabel(mine), row, 1);
        grid->addWidget(new ElidingLabel(theirs), row, 2);
        return;
    }
    auto *left = new QRadioButton(literal(mine));
    auto *right = new QRadioButton(literal(theirs));
    left->setObjectName(QStringLiteral("conflictMine.") + QString::fromLatin1(objectName));
    right->setObjectName(QStringLiteral("conflictTheirs.") + QString::fromLatin1(objectName));
    left->setAccessibleName(tr("%1: mine, %2").arg(name, mine));
    right->setAccessibleName(tr("%1: theirs, %2").arg(name, theirs));
    auto *group = new QButtonGroup(this);
    group->addButton(left);
    group->addButton(right);
    // Only one side touched the field: that side is meant.
    (mine == base ? right : left)->setChecked(true);
    grid->addWidget(left, row, 1);
    grid->addWidget(right, row, 2);
    m_choices.push_back({right, std::move(take)});
}

void ConflictDialog::addFields(QGridLayout *grid)
{
    const RuleInput &base = m_conflict.base;
    const RuleInput &mine = m_conflict.mine;
    const RuleInput &theirs = m_conflict.theirs->input;
    grid->addWidget(new TextLabel(tr("Field"), FontRole::Chip, Ink::Secondary), 0, 0);
    grid->addWidget(new TextLabel(m_conflict.deletes ? tr("When you chose") : tr("Mine"), FontRole::Chip,
                                  Ink::Secondary),
                    0, 1);
    grid->addWidget(new TextLabel(tr("Theirs, saved"), FontRole::Chip, Ink::Secondary), 0, 2);
    grid->setColumnStretch(1, 1);
    grid->setColumnStretch(2, 1);
    const auto add = [&](const QString &name, const char *id, auto text, Take take) {
        addField(grid, name, id, text(base), text(mine), text(theirs), std::move(take));
    };
    add(tr("Name"), "name", [](const RuleInput &r) { return toText(r.name); },
        [](RuleInput &to, const RuleInput &from) { to.name = from.name; });
    add(tr("For"), "target", [](const RuleInput &r) { return toText(r.target); },
        [](RuleInput &to, const RuleInput &from) { to.target = from.target; });
    add(tr("Serves"), "platform", [](const RuleInput &r) { return toText(platformWord(r.platform)); },
        [](RuleInput &to, const RuleInput &from) { to.platform = from.platform; });
    add(tr("Priority"), "priority", [](const RuleInput &r) { return QString::number(r.priority); },
        [](RuleInput &to, const RuleInput &from) { to.priority = from.priority; });
    add(tr("Active"), "active", [](const RuleInput &r) { return r.active ? tr("on") : tr("off"); },
        [](RuleInput &to, const RuleInput &from) { to.active = from.active; });
    add(tr("From"), "from", [](const RuleInput &r) { return boundText(r.window.start); },
        [](RuleInput &to, const RuleInput &from) { to.window.start = from.window.start; });
    add(tr("Until"), "until", [](const RuleInput &r) { return boundText(r.window.end); },
        [](RuleInput &to, const RuleInput &from) { to.window.end = from.window.end; });
    if (mine.kind == RuleType::Time)
        add(tr("Repeats"), "recurrence",
            [](const RuleInput &r) { return r.recurrence ? weeklyText(*r.recurrence) : QStringLiteral("—"); },
            [](RuleInput &to, const RuleInput &from) { to.recurrence = from.recurrence; });
    add(tr("Reason"), "reason", [](const RuleInput &r) { return toText(r.reason); },
        [](RuleInput &to, const RuleInput &from) { to.reason = from.reason; });
}

RuleInput ConflictDialog::merged() const
{
    RuleInput result = m_conflict.mine;
    for (const Choice &choice : m_choices)
        if (choice.theirs->isChecked())
            choice.take(result, m_conflict.theirs->input);
    return result;
}

} // namespace crossfade
