// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/tour.h"

#include "app/console/console.h"
#include "app/console/toursteps.h"
#include "ui/frame/mainwindow.h"

#include <QApplication>
#include <QDir>
#include <QPainter>
#include <QPixmap>

#include <cstdio>

namespace crossfade {

namespace {

constexpr std::chrono::seconds TourLimit{235};
constexpr std::chrono::milliseconds PatienceAfterFailure{2'000};

// The main window with whatever stands over it, as it is on the screen.
QPixmap picture(const QWidget *window)
{
    QPixmap all = const_cast<QWidget *>(window)->grab();
    QPainter painter(&all);
    const QWidgetList tops = QApplication::topLevelWidgets();
    for (QWidget *top : tops) {
        if (top == window || !top->isVisible())
            continue;
        const QPoint at = top->mapToGlobal(QPoint()) - window->mapToGlobal(QPoint());
        painter.fillRect(QRect(at, top->size()).adjusted(-1, -1, 1, 1), Qt::darkGray);
        painter.drawPixmap(at, top->grab());
    }
    return all;
}

double secondsSince(TourHands::Clock::time_point start)
{
    return std::chrono::duration<double>(TourHands::Clock::now() - start).count();
}

} // namespace

Tour::Tour(Console *console, const QString &shots, QObject *parent)
    : QObject(parent)
    , m_console(console)
    , m_shots(shots)
{
}

Tour::~Tour()
{
    // The window was closed under it: what it still asks of this thread is answered until it sees.
    m_stop = true;
    while (!m_ended && m_thread.joinable())
        QCoreApplication::sendPostedEvents(qApp, QEvent::MetaCall);
    if (m_thread.joinable())
        m_thread.join();
}

void Tour::start()
{
    if (!m_shots.isEmpty() && !QDir().mkpath(m_shots)) {
        std::fprintf(stderr, "crossfade: %s can't be made\n", qPrintable(m_shots));
        QCoreApplication::exit(1);
        return;
    }
    m_thread = std::thread([this] { run(); });
}

void Tour::run()
{
    const auto began = TourHands::Clock::now();
    TourHands hands(began + TourLimit, m_stop);
    TourContext context{hands, {}, {}, {}, {}, {}, [this](Json &facts) {
        TourHands::onGui([&] { facts = m_console->connections()->sandbox()->facts(); });
    }};
    int number = 0;
    int failed = 0;
    for (const TourStep &step : tourSteps()) {
        ++number;
        const auto start = TourHands::Clock::now();
        hands.beginStep();
        context.notes.clear();
        step.run(context);
        confirmServices(context);
        const bool ok = !hands.failed();
        // What went wrong once is not waited for at length again.
        if (!ok)
            hands.setPatience(PatienceAfterFailure);
        failed += ok ? 0 : 1;
        const QString notes = ok ? context.notes.join(QStringLiteral(" · ")) : hands.failure();
        std::printf("%6.1f s  %02d %-44s %-6s %5.1f s  %s\n", secondsSince(began), number, step.name,
                    ok ? "ok" : "FAILED", secondsSince(start), qPrintable(notes));
        std::fflush(stdout);
        shoot(number, step.name);
    }
    std::printf("%d steps, %d failed, %.1f s\n", number, failed, secondsSince(began));
    std::fflush(stdout);
    finish(failed);
    m_ended = true;
}

void Tour::shoot(int number, const char *name)
{
    if (m_shots.isEmpty())
        return;
    QString word = QString::fromLatin1(name).toLower();
    for (QChar &letter : word)
        if (!letter.isLetterOrNumber())
            letter = QLatin1Char('-');
    const QString file = QStringLiteral("%1/%2-%3.png")
                             .arg(m_shots)
                             .arg(number, 2, 10, QLatin1Char('0'))
                             .arg(word);
    TourHands::onGui([&] {
        if (m_console->window() && !picture(m_console->window()).save(file))
            std::fprintf(stderr, "crossfade: %s could not be written\n", qPrintable(file));
    });
}

void Tour::finish(int failed)
{
    QMetaObject::invokeMethod(qApp, [failed] { QCoreApplication::exit(failed == 0 ? 0 : 1); },
                              Qt::QueuedConnection);
}

} // namespace crossfade
