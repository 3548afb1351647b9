// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/time.h"

#include <QDateTimeEdit>

namespace crossfade {

// When an approved repair is carried out: local time, not over, and as far ahead as the comparator takes.
class LaterEdit : public QDateTimeEdit {
    Q_OBJECT
public:
    explicit LaterEdit(QWidget *parent = nullptr);
    Instant instant() const;
    // Empty, or why it cannot be then.
    QString problem() const;
};

} // namespace crossfade
