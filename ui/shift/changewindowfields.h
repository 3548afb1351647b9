// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/error.h"
#include "models/shift/policy.h"

#include <QWidget>

#include <vector>

class QVBoxLayout;

namespace crossfade {

class RecurrenceFields;

// The weekly windows in which a policy may take steps up, as a list with a button that adds one.
class ChangeWindowFields : public QWidget {
    Q_OBJECT
public:
    explicit ChangeWindowFields(QWidget *parent = nullptr);

    void fill(const std::vector<Recurrence> &windows);
    std::vector<Recurrence> windows() const; // without tables of their zones
    bool areGood() const;                    // all times can be read, all zones are known
    // Of all mistakes those with the pointers of windows, each at its field.
    void showProblems(const std::vector<FieldError> &problems);

Q_SIGNALS:
    void edited();

private:
    struct Row {
        QWidget *all;
        RecurrenceFields *fields;
    };
    void add(const WeeklyWindow &weekly);
    void remove(const QWidget *all);

    std::vector<Row> m_rows;
    QVBoxLayout *m_list;
};

} // namespace crossfade
