// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/session/channelssession.h"

#include <QDialog>

#include <map>
#include <set>

class QCheckBox;
class QComboBox;
class QLineEdit;
class QListWidget;
class QVBoxLayout;

namespace crossfade {

class Button;
class FormField;
class Segmented;
class TextLabel;

// One channel as a form: only the fields of its kind, each judged while it is written. What is secret is
// never shown: left empty it stays as it is stored. Open until the router took it.
class ChannelEditor : public QDialog {
    Q_OBJECT
public:
    // `row` null: a new one.
    ChannelEditor(ChannelsSession *session, const ChannelRow *row, QWidget *parent);

    void reject() override; // not while the answer is on its way

Q_SIGNALS:
    void saved(const std::string &id);

private:
    void buildFields();
    void buildForm(QVBoxLayout *column);
    void buildTypes(QVBoxLayout *column);
    void buildButtons(QVBoxLayout *column);
    FormField *addField(const char *pointer, const QString &label, QWidget *editor, const QString &help = {});
    QLineEdit *addEdit(const char *pointer, const char *name, const QString &accessible);
    void fill();
    void adapt(); // to the kind
    void check();
    void showProblems(const std::vector<FieldError> &problems);
    ChannelInput input() const;
    bool isNew() const { return m_base.id.empty(); }
    void save();
    void finish(const Result<ChannelRow> &answer);
    void say(const QString &text, bool red);

    ChannelsSession *m_session;
    ChannelRow m_base;
    std::map<std::string, FormField *> m_fields; // by pointer
    std::set<std::string> m_written;             // pointers of fields somebody has come to
    std::vector<FieldError> m_refused;           // by the router, until they are written anew
    QLineEdit *m_name = nullptr;
    QComboBox *m_kind = nullptr;
    QLineEdit *m_url = nullptr;
    QLineEdit *m_secret = nullptr;
    QCheckBox *m_removeSecret = nullptr;
    QLineEdit *m_server = nullptr;
    QComboBox *m_tls = nullptr;
    QLineEdit *m_user = nullptr;
    QLineEdit *m_from = nullptr;
    QLineEdit *m_to = nullptr;
    Segmented *m_severity = nullptr;
    QListWidget *m_types = nullptr;
    QCheckBox *m_active = nullptr;
    TextLabel *m_note = nullptr;
    Button *m_cancel = nullptr;
    Button *m_save = nullptr;
    bool m_working = false;
    bool m_told = false; // the note holds the router's answer
};

} // namespace crossfade
