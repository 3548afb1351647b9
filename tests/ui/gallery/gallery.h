// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/http.h"
#include "tests/ui/gallery/clipped.h"
#include "tests/ui/pagetest.h"

#include "app/console/console.h"
#include "models/items/text.h"
#include "ui/frame/mainwindow.h"

#include <QAbstractItemView>
#include <QAbstractSpinBox>
#include <QApplication>
#include <QDialog>
#include <QPainter>
#include <QPlainTextEdit>
#include <QStringList>
#include <QTemporaryDir>

#include <algorithm>
#include <signal.h>

// The real console over a sandbox of its own, and pictures of whatever it shows: each in every theme
// and size asked for. Every picture is also read: texts that are cut off are noted as problems.
namespace crossfade::test {

struct Combination {
    QString theme;
    QSize size;
    QString name() const { return QStringLiteral("%1-%2").arg(theme).arg(size.width()); }
};

// CROSSFADE_GALLERY=FOLDER takes every combination (and `1440x900`, `dark` and so on may be chosen in
// CROSSFADE_GALLERY_SIZES and CROSSFADE_GALLERY_THEMES); without it one is looked at and none kept.
inline QList<Combination> combinations(bool all)
{
    const auto words = [](const char *variable, const QString &otherwise) {
        return qEnvironmentVariable(variable, otherwise).split(QLatin1Char(','));
    };
    QList<Combination> list;
    for (const QString &size : words("CROSSFADE_GALLERY_SIZES", all ? QStringLiteral("1440x900,1280x720")
                                                                    : QStringLiteral("1280x720")))
        for (const QString &theme : words("CROSSFADE_GALLERY_THEMES", all ? QStringLiteral("light,dark")
                                                                          : QStringLiteral("light")))
            list.append({theme, QSize(size.section(QLatin1Char('x'), 0, 0).toInt(),
                                      size.section(QLatin1Char('x'), 1, 1).toInt())});
    return list;
}

class Gallery {
public:
    Gallery()
        : m_folder(qEnvironmentVariable("CROSSFADE_GALLERY"))
        , m_combinations(combinations(!m_folder.isEmpty()))
        , m_console(m_settings.filePath(QStringLiteral("gallery.ini")))
    {
        if (!m_folder.isEmpty())
            QDir().mkpath(m_folder);
        m_console.settings()->setLanguage(qEnvironmentVariable("CROSSFADE_GALLERY_LANGUAGE", QStringLiteral("en")));
        // Another one than that beside this program.
        m_console.connections()->sandbox()->setProgram(qEnvironmentVariable("CROSSFADE_SANDBOX"));
        m_console.connections()->sandbox()->setArguments({QStringLiteral("--users"), QStringLiteral("5000")});
        m_console.showWindow();
    }

    Console &console() { return m_console; }
    MainWindow *window() { return m_console.window(); }
    const QStringList &problems() const { return m_problems; }
    const QStringList &taken() const { return m_taken; }

    // Waits on conditions only; what never comes is a problem, and the walk goes on.
    bool until(const char *what, const std::function<bool()> &condition, int seconds = 20)
    {
        const bool came = QTest::qWaitFor(condition, seconds * 1000);
        if (!came)
            note(QStringLiteral("did not come: %1").arg(QLatin1String(what)));
        return came;
    }
    bool seen(const char *name, int seconds = 10)
    {
        return until(name, [&] { return find<QWidget>(window(), name) != nullptr; }, seconds);
    }
    void press(const char *name)
    {
        const bool ready = until(name, [&] {
            auto *widget = find<QWidget>(window(), name);
            return widget != nullptr && widget->isEnabled();
        }, 10);
        if (ready)
            click(window(), name);
    }
    void write(const char *name, const QString &text)
    {
        if (auto *plain = find<QPlainTextEdit>(window(), name))
            plain->setPlainText(text);
        else if (auto *spin = find<QAbstractSpinBox>(window(), name)) {
            spin->setFocus();
            spin->selectAll();
            QTest::keyClicks(spin, text);
        }
        else if (seen(name) && !type(window(), name, text))
            note(QStringLiteral("can't be written: %1").arg(QLatin1String(name)));
    }
    void choose(const char *view, const QString &text)
    {
        QModelIndex index;
        until(qPrintable(text), [&] {
            auto *list = find<QAbstractItemView>(window(), view);
            if (list == nullptr || list->model() == nullptr)
                return false;
            index = rowOf(list->model(), text);
            if (index.isValid())
                list->setCurrentIndex(index);
            return index.isValid();
        });
    }
    void page(const char *id) { window()->showPage(QLatin1String(id)); }
    void closeDialogs()
    {
        const QWidgetList tops = QApplication::topLevelWidgets();
        for (QWidget *top : tops)
            if (top != window() && top->isVisible() && !top->inherits("QTipLabel"))
                top->close();
        QCoreApplication::processEvents();
    }

    // With the dialog open: the button in the strip and the keys open ROLL BACK over it, it takes what
    // is typed, and nothing else of the window behind answers.
    void expectRollBackOver(const char *name)
    {
        auto *dialog = find<QDialog>(window(), name);
        if (dialog == nullptr)
            return note(QStringLiteral("not open: %1").arg(QLatin1String(name)));
        const QString page = window()->currentPage()->id();
        auto *nav = find<QAbstractItemView>(window(), "navList");
        clickAt(nav->viewport(), nav->visualRect(nav->model()->index(nav->model()->rowCount() - 1, 0)).center());
        if (window()->currentPage()->id() != page)
            note(QStringLiteral("%1 shuts nothing").arg(QLatin1String(name)));
        auto *button = find<QWidget>(window(), "rollBackButton");
        clickAt(button, button->rect().center());
        useRollBack(QLatin1String(name) + QStringLiteral(", by mouse"));
        dialog->activateWindow(); // a window manager gives it back the focus
        until("the dialog is active again", [&] { return QApplication::activeWindow() == dialog; }, 5);
        QTest::keyClick(dialog->windowHandle(), Qt::Key_R, Qt::ControlModifier | Qt::ShiftModifier);
        useRollBack(QLatin1String(name) + QStringLiteral(", by keys"));
        if (!dialog->isVisible())
            note(QStringLiteral("%1 did not stay open").arg(QLatin1String(name)));
    }

    // The main window with whatever stands over it, in every combination.
    void shoot(const QString &name)
    {
        m_taken.append(name);
        for (const Combination &each : m_combinations) {
            m_console.settings()->setTheme(each.theme);
            window()->resize(each.size);
            QCoreApplication::processEvents();
            QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
            QCoreApplication::processEvents();
            QCoreApplication::sendPostedEvents(nullptr, QEvent::LayoutRequest); // of what came in last
            if (window()->size() != each.size)
                note(QStringLiteral("%1: the window is %2×%3").arg(name).arg(window()->width()).arg(window()->height()));
            readTexts(name, each);
            if (!m_folder.isEmpty())
                picture().save(QStringLiteral("%1/%2-%3.png").arg(m_folder, name, each.name()));
        }
        window()->resize(WorkingSize); // no page hides a pane then
    }

    TestClient router() const { return client("router", "tokens", "operator"); }
    TestClient admin() const { return client("router", "tokens", "admin"); }
    // As the console of an administrator would connect.
    ConnectionTarget adminTarget() const
    {
        const Json &facts = const_cast<Console &>(m_console).connections()->sandbox()->facts();
        ConnectionTarget target;
        target.profileName = QStringLiteral("sandbox");
        target.routers = {QUrl(toText(facts.at("router").at("url").get<std::string>()))};
        target.routerToken = QByteArray::fromStdString(facts.at("tokens").at("admin").get<std::string>());
        return target;
    }
    TestClient comparator() const { return client("comparator", "comparator_tokens", "operator"); }
    TestClient control() const
    {
        const Json &facts = const_cast<Console &>(m_console).connections()->sandbox()->facts();
        return TestClient(facts.at("control").at("url").get<std::string>(),
                          facts.at("control").at("token").get<std::string>());
    }
    std::string fact(const char *name) const
    {
        const Json &facts = const_cast<Console &>(m_console).connections()->sandbox()->facts();
        return facts.value(name, std::string());
    }
    // Processes of the sandbox, asked from its control.
    void signal(const char *process, int number) const
    {
        const Json status = control().get("/api/v1/sandbox/status").json;
        if (!status.is_object() || !status.contains("processes"))
            return;
        const int pid = status.at("processes").value(process, Json::object()).value("pid", -1);
        if (pid > 0)
            ::kill(pid, number);
    }
    void note(const QString &problem)
    {
        if (m_problems.contains(problem))
            return;
        m_problems.append(problem);
        qInfo("gallery: %s", qPrintable(problem));
    }

private:
    static constexpr QSize WorkingSize{1440, 900};

    // By way of the window, as a mouse does it: a shut window takes no click.
    void clickAt(QWidget *widget, const QPoint &at)
    {
        QTest::mouseClick(window()->windowHandle(), Qt::LeftButton, Qt::NoModifier, widget->mapTo(window(), at));
    }
    void useRollBack(const QString &over)
    {
        QDialog *rollBack = nullptr;
        until(qPrintable(QStringLiteral("roll back over ") + over), [&] {
            rollBack = find<QDialog>(window(), "rollBackDialog");
            return rollBack != nullptr && rollBack->windowHandle() != nullptr && QApplication::activeWindow() == rollBack;
        }, 5);
        if (rollBack == nullptr)
            return;
        auto *edit = rollBack->findChild<QLineEdit *>(QStringLiteral("reasonEdit"));
        edit->setFocus();
        for (const char letter : {'w', 'h', 'y'})
            QTest::keyClick(rollBack->windowHandle(), letter);
        if (edit->text() != QLatin1String("why"))
            note(QStringLiteral("roll back takes no keys over ") + over);
        QTest::keyClick(rollBack->windowHandle(), Qt::Key_Escape);
        until("roll back closes", [&] { return find<QDialog>(window(), "rollBackDialog") == nullptr; }, 5);
    }
    static QModelIndex rowOf(const QAbstractItemModel *model, const QString &text)
    {
        for (int row = 0; row < model->rowCount(); ++row)
            for (int column = 0; column < model->columnCount(); ++column) {
                const QModelIndex index = model->index(row, column);
                if (text.isEmpty() || index.data().toString().contains(text))
                    return index;
                for (int role = Qt::UserRole; role < Qt::UserRole + 4; ++role)
                    if (index.data(role).toString() == text)
                        return index;
            }
        return {};
    }
    TestClient client(const char *service, const char *tokens, const char *who) const
    {
        const Json &facts = const_cast<Console &>(m_console).connections()->sandbox()->facts();
        return TestClient(facts.at(service).at("url").get<std::string>(),
                          facts.at(tokens).at(who).get<std::string>());
    }
    void readTexts(const QString &name, const Combination &each)
    {
        const QWidgetList tops = QApplication::topLevelWidgets();
        for (QWidget *top : tops) {
            if (!top->isVisible())
                continue;
            if (top->width() > each.size.width() || top->height() > each.size.height())
                note(QStringLiteral("%1 at %2: %3 is larger than the window: %4×%5")
                         .arg(name, each.name(), top->objectName()).arg(top->width()).arg(top->height()));
            for (const QString &problem : clippedTexts(top))
                if (!m_seen.contains(problem)) {
                    m_seen.append(problem); // once, where it was met first
                    note(QStringLiteral("%1 at %2: %3").arg(name, each.name(), problem));
                }
        }
    }
    QPixmap picture()
    {
        QPixmap all = window()->grab();
        QPainter painter(&all);
        QWidgetList tops = QApplication::topLevelWidgets();
        if (tops.removeOne(QApplication::activeWindow()))
            tops.append(QApplication::activeWindow()); // the one in front
        // But never one before the dialog that it opened.
        const auto depth = [](const QWidget *top) {
            int above = 0;
            for (; top->parentWidget() != nullptr; top = top->parentWidget()->window())
                ++above;
            return above;
        };
        std::ranges::stable_sort(tops, {}, depth);
        for (QWidget *top : tops) {
            if (top == window() || !top->isVisible() || top->inherits("QTipLabel"))
                continue;
            QPoint at = top->mapToGlobal(QPoint()) - window()->mapToGlobal(QPoint());
            if (top->inherits("QDialog") && top->objectName() != QLatin1String("commandPalette"))
                at = QPoint((window()->width() - top->width()) / 2, std::max(0, (window()->height() - top->height()) / 2));
            painter.fillRect(QRect(at, top->size()).adjusted(-1, -1, 1, 1), Qt::darkGray);
            painter.drawPixmap(at, top->grab());
        }
        return all;
    }

    QString m_folder;
    QList<Combination> m_combinations;
    QTemporaryDir m_settings;
    QStringList m_problems;
    QStringList m_taken;
    QStringList m_seen;
    Console m_console;
};

} // namespace crossfade::test
