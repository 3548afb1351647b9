// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDoubleSpinBox>

namespace crossfade {

// 0 to 100 in hundredths, right aligned, a narrow space before the sign. It knows no rules.
class PercentSpin : public QDoubleSpinBox {
    Q_OBJECT
public:
    explicit PercentSpin(QWidget *parent = nullptr);
};

} // namespace crossfade
