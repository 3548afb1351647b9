// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/session/checkdraft.h"
#include "models/session/consistencysession.h"

#include <QDialog>

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QLineEdit;
class QSpinBox;
class QVBoxLayout;

namespace crossfade {

class Button;
class ElidingLabel;
class FormField;
class FrequencyFields;
class TextLabel;

// A new check, or a stored one that is edited. Stays open until the comparator took it; where somebody else
// saved meanwhile it shows what is stored now and keeps what was set here.
class CheckDialog : public QDialog {
    Q_OBJECT
public:
    // An entry without an id is a new check.
    CheckDialog(ConsistencySession *session, const CheckEntry &entry, QWidget *parent);

Q_SIGNALS:
    void stored(const QString &checkId);

private:
    void addFields(QVBoxLayout *all);
    void addButtons(QVBoxLayout *all);
    void offerMappings();
    void fill(const CheckDraft &draft);
    CheckDraft draft() const;
    void check();
    void save();
    void showErrors(const Error &error);
    void showStored();

    ConsistencySession *m_session;
    CheckEntry m_entry;
    CheckDraft m_newer; // what somebody else saved meanwhile
    QLineEdit *m_name;
    QComboBox *m_mapping;
    QDoubleSpinBox *m_threshold;
    FrequencyFields *m_frequency;
    QSpinBox *m_sample;
    QCheckBox *m_repair;
    QCheckBox *m_active;
    FormField *m_nameField = nullptr;
    FormField *m_mappingField = nullptr;
    FormField *m_thresholdField = nullptr;
    FormField *m_sampleField = nullptr;
    TextLabel *m_conflict = nullptr;
    ElidingLabel *m_note = nullptr;
    Button *m_take = nullptr;
    Button *m_ok = nullptr;
    bool m_waiting = false;
};

} // namespace crossfade
