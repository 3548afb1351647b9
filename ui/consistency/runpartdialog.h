// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/idlist.h"
#include "models/session/consistencysession.h"

#include <QDialog>

class QCheckBox;
class QHBoxLayout;
class QPlainTextEdit;
class QSpinBox;
class QStackedWidget;

namespace crossfade {

class Button;
class FactList;
class FormField;
class Segmented;
class TextLabel;

// Starts a run of a check over some of its rows: drawn ones, those that changed, or those of some ids. Stays open until
// the comparator took it; what it refuses stands at its field.
class RunPartDialog : public QDialog {
    Q_OBJECT
public:
    RunPartDialog(ConsistencySession *session, const QString &checkId, QWidget *parent);

private:
    QWidget *samplePage(const CheckRow &check);
    QWidget *changesPage();
    QWidget *idsPage();
    QHBoxLayout *buttons();
    RunScope scope() const;
    RunOrder order() const;
    void sync();
    void showSample(const CheckRow &check);
    void showChanges(const CheckRow &check);
    QString changesObstacle(const CheckRow &check) const;
    void readIds();
    void loadIds();
    void takeFile(const QString &file);
    QString obstacle(const CheckRow *check) const;
    void start();
    void showErrors(const Error &error);

    ConsistencySession *m_session;
    QString m_checkId;
    IdList m_found;
    Segmented *m_scope = nullptr;
    QStackedWidget *m_pages = nullptr;
    QSpinBox *m_size = nullptr;
    FormField *m_sizeField = nullptr;
    FactList *m_sampleFacts = nullptr;
    FactList *m_changeFacts = nullptr;
    QCheckBox *m_keys = nullptr;
    FormField *m_keysField = nullptr;
    QPlainTextEdit *m_ids = nullptr;
    FormField *m_idsField = nullptr;
    TextLabel *m_note = nullptr;
    Button *m_start = nullptr;
    bool m_waiting = false;
};

} // namespace crossfade
