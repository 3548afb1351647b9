// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/consistency/checkfrequency.h"

#include <QWidget>

#include <vector>

class QComboBox;
class QLineEdit;
class QSpinBox;

namespace crossfade {

class FormField;

// When a check runs by itself: by hand only, each hour, day or week at a time, or every so many seconds.
class FrequencyFields : public QWidget {
    Q_OBJECT
public:
    explicit FrequencyFields(QWidget *parent = nullptr);
    void fill(const std::optional<CheckFrequency> &frequency);
    std::optional<CheckFrequency> frequency() const;
    bool isGood() const;
    // What the comparator found, and what is wrong here.
    void showProblems(const std::vector<FieldError> &problems);

Q_SIGNALS:
    void edited();

private:
    void sync();
    bool knowsZone() const;

    QComboBox *m_every;
    QComboBox *m_day;
    QLineEdit *m_time;
    QSpinBox *m_minute;
    QComboBox *m_zone;
    QSpinBox *m_seconds;
    FormField *m_everyField, *m_dayField, *m_timeField, *m_minuteField, *m_zoneField, *m_secondsField;
    std::string m_firstZone; // stored before: good, even if this desktop does not know it
};

// "daily at 02:30, Europe/Berlin"
QString frequencyText(const std::optional<CheckFrequency> &frequency);

} // namespace crossfade
