// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/shift/guard.h"

#include <QWidget>

#include <vector>

class QComboBox;
class QDoubleSpinBox;
class QLineEdit;
class QSpinBox;

namespace crossfade {

class ElidingLabel;
class TextLabel;

// One guard in one line, its mistake under it.
class GuardEditor : public QWidget {
    Q_OBJECT
public:
    explicit GuardEditor(const Guard &guard, QWidget *parent = nullptr);
    Guard guard() const;
    void setProblem(const QString &sentence);
    // What each field is, over it: for the first row of a list.
    void setCaptionsVisible(bool visible);

Q_SIGNALS:
    void changed();
    void removed();

private:
    Metric metric() const;
    bool isKeptBelow() const;
    bool isRelative() const;
    double usualValue() const;
    void adapt();
    void adaptRelative();
    bool adaptThreshold();
    QWidget *captioned(QWidget *field, const QString &caption);

    Guard m_base;
    QComboBox *m_metric;
    QComboBox *m_statistic;
    QComboBox *m_platform;
    QComboBox *m_comparison;
    QDoubleSpinBox *m_threshold;
    QSpinBox *m_window;
    QSpinBox *m_samples;
    QSpinBox *m_breaches;
    QSpinBox *m_windows;
    QComboBox *m_mode;
    QLineEdit *m_check;
    QWidget *m_checkCell = nullptr;
    TextLabel *m_problem;
    std::vector<ElidingLabel *> m_captions;
};

} // namespace crossfade
