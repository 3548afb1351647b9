// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractButton>
#include <QWidget>

class QComboBox;

namespace crossfade {

class ConnectionsSession;
class TextLabel;

// The filled word beside the profile's name: PROD in the profile's colour.
class EnvironmentLabel : public QWidget {
    Q_OBJECT
public:
    explicit EnvironmentLabel(QWidget *parent = nullptr);
    void setWord(const QString &word, const QColor &colour);
    QString text() const { return m_word; }
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString m_word;
    QColor m_colour;
};

// Looks like a search field, opens the command palette.
class PaletteField : public QAbstractButton {
    Q_OBJECT
public:
    explicit PaletteField(QWidget *parent = nullptr);
    QSize sizeHint() const override { return {360, 28}; }

protected:
    void paintEvent(QPaintEvent *event) override;
};

// Mark, name, environment, profile, palette, services, operator.
class HeaderBar : public QWidget {
    Q_OBJECT
public:
    explicit HeaderBar(ConnectionsSession *session, QWidget *parent = nullptr);
    QWidget *paletteField() const { return m_palette; }

Q_SIGNALS:
    void paletteRequested();
    void connectionsRequested();

protected:
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void showProfiles();
    void showServices();
    void showOperator();

    ConnectionsSession *m_session;
    EnvironmentLabel *m_environment;
    QComboBox *m_profiles;
    PaletteField *m_palette;
    TextLabel *m_router;
    TextLabel *m_comparator;
    TextLabel *m_operator;
    QColor m_stripe;
};

} // namespace crossfade
