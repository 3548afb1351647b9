// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/http.h"
#include "tests/ui/consoledesk.h"

#include "models/items/checkmodel.h"
#include "models/items/text.h"
#include "models/session/sandboxprocess.h"
#include "ui/shared/buttons.h"
#include "ui/shared/fields.h"

#include <QAbstractItemView>
#include <QAbstractSpinBox>
#include <QComboBox>
#include <QLabel>

namespace crossfade::test {

// The console on its Consistency page over a sandbox with a real comparator, driven by clicks and keys; what came of it
// is read from the comparator over HTTP.
class ChecksDesk {
public:
    static constexpr int Soon = 30'000;
    static constexpr int Later = 120'000;

    bool connect()
    {
        auto *connections = m_desk.console().connections();
        connections->sandbox()->setArguments({QStringLiteral("--users"), QStringLiteral("2000")});
        connections->connectTo(Profiles::sandboxId());
        if (!QTest::qWaitFor([this] { return m_desk.isLive(); }, Later))
            return false;
        m_desk.window()->showPage(QStringLiteral("consistency"));
        return QTest::qWaitFor([this] { return checks() && checks()->model()->rowCount() > 0; }, Soon);
    }
    ConsoleDesk &desk() { return m_desk; }
    const Json &facts() { return m_desk.console().connections()->sandbox()->facts(); }
    TestClient comparator(const char *who = "operator")
    {
        return TestClient(facts().at("comparator").at("url").get<std::string>(),
                          facts().at("comparator_tokens").at(who).get<std::string>());
    }
    TestClient control()
    {
        TestClient client(facts().at("control").at("url").get<std::string>(),
                          facts().at("control").at("token").get<std::string>());
        client.setTimeout(std::chrono::seconds(45));
        return client;
    }
    Json items(const std::string &path)
    {
        const Json answer = comparator().get(path).json;
        return answer.is_object() ? answer.value("items", Json::array()) : Json::array();
    }
    // As the comparator tells it; null where there is none.
    Json check(const std::string &name)
    {
        for (const Json &item : items("/api/v1/checks?limit=1000"))
            if (item.at("check_name") == name)
                return item;
        return {};
    }
    Json lastRun(const std::string &name)
    {
        const Json found = check(name);
        return found.is_object() ? found.at("last_run") : Json();
    }
    bool ended(const std::string &name, const std::string &scope)
    {
        const Json run = lastRun(name);
        return run.is_object() && run.at("scope") == scope && run.at("state") == "FINISHED";
    }

    QAbstractItemView *checks() { return m_desk.get<QAbstractItemView>("checksTable"); }
    QString selected() { return checks()->currentIndex().siblingAtColumn(CheckModel::Check).data().toString(); }
    bool select(const QString &name)
    {
        for (int row = 0; row < checks()->model()->rowCount(); ++row)
            if (const QModelIndex at = checks()->model()->index(row, CheckModel::Check); at.data().toString() == name)
                checks()->setCurrentIndex(at);
        return selected() == name;
    }
    // The entry of a box, by keys.
    bool choose(const char *name, int entry)
    {
        // What there is to choose from may still be on its way.
        QComboBox *box = nullptr;
        const bool offered = QTest::qWaitFor([&] {
            box = m_desk.get<QComboBox>(name);
            return box && box->isEnabled() && box->count() > entry;
        }, Soon);
        if (!offered)
            return false;
        box->setFocus();
        QTest::keyClick(box, Qt::Key_Home);
        for (int i = 0; i < entry; ++i)
            QTest::keyClick(box, Qt::Key_Down);
        return box->currentIndex() == entry;
    }
    bool count(const char *name, const QString &number)
    {
        auto *box = m_desk.get<QAbstractSpinBox>(name);
        if (!box || !box->isEnabled())
            return false;
        box->setFocus();
        box->selectAll();
        QTest::keyClicks(box, number);
        return true;
    }
    bool write(const char *name, const QString &text) { return type(m_desk.window(), name, text); }
    bool press(const char *name) { return m_desk.press(name); }
    // Once it is there and can be pressed.
    bool pressSoon(const char *name)
    {
        return QTest::qWaitFor([&] { return m_desk.get<QWidget>(name) && m_desk.get<QWidget>(name)->isEnabled(); }, Soon) &&
               m_desk.press(name);
    }
    bool opens(const char *dialog)
    {
        return QTest::qWaitFor([&] { return m_desk.get<QDialog>(dialog) != nullptr; }, Soon);
    }
    bool closes(const char *dialog)
    {
        return QTest::qWaitFor([&] { return m_desk.get<QDialog>(dialog) == nullptr; }, Soon);
    }
    QString text(const char *name)
    {
        auto *label = m_desk.get<QLabel>(name);
        return label ? label->text() : QString();
    }
    // What a failed test has left open.
    void closeDialogs()
    {
        for (QWidget *top : QApplication::topLevelWidgets())
            if (top != m_desk.window() && top->isVisible() && qobject_cast<QDialog *>(top))
                top->hide();
    }

private:
    ConsoleDesk m_desk;
};

} // namespace crossfade::test
