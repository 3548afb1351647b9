// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/session/profiles.h"

#include <QWidget>

class QComboBox;
class QLineEdit;
class QPlainTextEdit;

namespace crossfade {

class FormField;

// The form of one profile; decides nothing about it.
class ProfileEditor : public QWidget {
    Q_OBJECT
public:
    explicit ProfileEditor(QWidget *parent = nullptr);

    void setProfile(const Profile &profile);
    Profile profile() const;
    bool isEdited() const; // the form differs from what was set, or a token was typed
    QByteArray routerToken() const;
    QByteArray comparatorToken() const;
    void clearTokens();
    // Shows the mistake at its field; an empty text clears all.
    void setProblem(const QString &field, const QString &text);
    void focusName();

Q_SIGNALS:
    void edited();

private:
    void browse();

    Profile m_profile;
    QLineEdit *m_name;
    QPlainTextEdit *m_routers;
    QLineEdit *m_comparator;
    QLineEdit *m_caFile;
    QComboBox *m_environment;
    QComboBox *m_colour;
    QLineEdit *m_routerToken;
    QLineEdit *m_comparatorToken;
    FormField *m_nameField;
    FormField *m_routersField;
    FormField *m_comparatorField;
};

} // namespace crossfade
