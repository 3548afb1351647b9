// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/rulerow.h"

#include <QWidget>

#include <array>

class QAbstractButton;
class QCheckBox;
class QComboBox;
class QLineEdit;

namespace crossfade {

class FormField;
class TextLabel;

// Whether a time rule comes again every week, and when: a check box that opens weekdays, times and zone.
class RecurrenceFields : public QWidget {
    Q_OBJECT
public:
    explicit RecurrenceFields(const std::optional<WeeklyWindow> &first, QWidget *parent = nullptr);

    std::optional<WeeklyWindow> recurrence() const; // none while the box is not checked
    bool isGood() const;                            // its times can be read, its zone is known
    // What is wrong with it, by the pointers of the service, beside the fields.
    void showProblems(const std::vector<FieldError> &problems, const std::string &at = "/recurrence");
    void setAlwaysRepeats(); // where weekly times are all that is asked: without the check box
    void setNext(const QString &sentence); // when it next begins or ends

Q_SIGNALS:
    void edited();
    void unfolded(); // it takes more or less room

private:
    QWidget *makeDays();
    QWidget *makeTimes();
    void makeZone();
    void fill(const WeeklyWindow &weekly);
    bool knowsZone() const;

    std::string m_firstZone; // good as it is, whatever this desktop knows
    QCheckBox *m_repeats;
    QWidget *m_details;
    std::array<QAbstractButton *, 7> m_days{};
    QLineEdit *m_from;
    QLineEdit *m_to;
    QComboBox *m_zone;
    FormField *m_daysField = nullptr;
    FormField *m_fromField = nullptr;
    FormField *m_toField = nullptr;
    FormField *m_zoneField = nullptr;
    TextLabel *m_next = nullptr;
};

} // namespace crossfade
