// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shift/changewindowfields.h"

#include "models/items/servicewords.h"
#include "models/items/text.h"
#include "models/items/zones.h"
#include "ui/rules/recurrencefields.h"
#include "ui/shared/buttons.h"
#include "ui/shared/labels.h"
#include "ui/shared/theme.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

#include <algorithm>

namespace crossfade {

namespace {

constexpr std::uint8_t Workdays = 0x1f;

// By night and on workdays, until somebody writes another.
WeeklyWindow usualWindow()
{
    return {Workdays, 22 * 60, 6 * 60, toUtf8(systemZoneName())};
}

} // namespace

ChangeWindowFields::ChangeWindowFields(QWidget *parent) : QWidget(parent), m_list(new QVBoxLayout)
{
    setObjectName(QStringLiteral("changeWindows"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    auto *head = new QHBoxLayout;
    head->addWidget(new TextLabel(tr("Change windows"), FontRole::DetailTitle, Ink::Text, this));
    head->addWidget(new ElidingLabel(tr("steps up are taken inside them only; without any, at any time"),
                                     FontRole::Secondary, Ink::Secondary, this), 1);
    auto *more = new Button(ButtonKind::Plain, Symbol::Add, tr("Add window"), this);
    more->setObjectName(QStringLiteral("addWindow"));
    head->addWidget(more);
    column->addLayout(head);
    m_list->setSpacing(12);
    column->addLayout(m_list);
    connect(more, &QPushButton::clicked, this, [this] {
        add(usualWindow());
        m_rows.back().all->show();
        Q_EMIT added(m_rows.back().all);
        Q_EMIT edited();
    });
}

void ChangeWindowFields::fill(const std::vector<Recurrence> &windows)
{
    for (const Recurrence &window : windows)
        add(window.weekly);
}

void ChangeWindowFields::add(const WeeklyWindow &weekly)
{
    auto *all = new QWidget(this);
    auto *row = new QHBoxLayout(all);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(12);
    auto *fields = new RecurrenceFields(weekly, all);
    fields->setAlwaysRepeats();
    fields->setNext({});
    auto *gone = new Button(ButtonKind::Flat, Symbol::Remove, {}, all);
    gone->setObjectName(QStringLiteral("removeWindow"));
    gone->setToolTip(tr("Remove this window"));
    gone->setAccessibleName(tr("Remove this window"));
    row->addWidget(fields, 1);
    auto *beside = new QVBoxLayout; // of the days, under their label
    beside->setSpacing(0);
    beside->addSpacing(QFontMetrics(fontOf(FontRole::Secondary)).height() + 4);
    beside->addWidget(gone);
    beside->addStretch(1);
    row->addLayout(beside);
    m_rows.push_back({all, fields});
    m_list->addWidget(all);
    connect(fields, &RecurrenceFields::edited, this, &ChangeWindowFields::edited);
    connect(gone, &QPushButton::clicked, this, [this, all] { remove(all); });
}

void ChangeWindowFields::remove(const QWidget *all)
{
    const auto found = std::ranges::find(m_rows, all, &Row::all);
    if (found == m_rows.end())
        return;
    found->all->hide();
    found->all->deleteLater();
    m_rows.erase(found);
    Q_EMIT edited();
}

std::vector<Recurrence> ChangeWindowFields::windows() const
{
    std::vector<Recurrence> windows;
    for (const Row &row : m_rows)
        windows.push_back({row.fields->recurrence().value_or(WeeklyWindow()), nullptr});
    return windows;
}

bool ChangeWindowFields::areGood() const
{
    return std::ranges::all_of(m_rows, [](const Row &row) { return row.fields->isGood(); });
}

void ChangeWindowFields::showProblems(const std::vector<FieldError> &problems)
{
    std::vector<FieldError> spoken;
    for (const FieldError &problem : problems)
        spoken.push_back({problem.pointer, toUtf8(fieldProblemText(problem.message))});
    for (std::size_t i = 0; i < m_rows.size(); ++i)
        m_rows[i].fields->showProblems(spoken, "/change_windows/" + std::to_string(i));
}

} // namespace crossfade
