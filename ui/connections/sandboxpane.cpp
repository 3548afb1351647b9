// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connections/sandboxpane.h"

#include "models/session/connectionssession.h"
#include "models/session/sessionwords.h"
#include "ui/shared/buttons.h"
#include "ui/shared/chip.h"
#include "ui/shared/labels.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include <algorithm>
#include <iterator>

namespace crossfade {

namespace {

constexpr int ToPlant = 18;
constexpr PracticeFaults Faults[] = {{}, {30, 0, false}, {0, 500, false}, {0, 0, true}};
constexpr double Rates[] = {0, 20, 100, 200};

QString namesOf(PracticeSession::Platform platform)
{
    return platform == PracticeSession::New ? QStringLiteral("New") : QStringLiteral("Legacy");
}

// The choice that stands for a value; none if the value came from elsewhere.
template <class Value, std::size_t N>
int choiceOf(const Value (&choices)[N], const Value &value)
{
    const auto found = std::find(std::begin(choices), std::end(choices), value);
    return found == std::end(choices) ? -1 : static_cast<int>(found - std::begin(choices));
}

} // namespace

SandboxPane::SandboxPane(ConnectionsSession *session, QWidget *parent)
    : Pane(tr("Sandbox"), parent), m_session(session), m_practice(session->sandbox())
{
    m_chip = new Chip;
    m_chip->setObjectName(QStringLiteral("sandboxChip"));
    addMark(m_chip);
    auto *inner = new QWidget;
    auto *column = new QVBoxLayout(inner);
    column->setContentsMargins(12, 12, 12, 12);
    column->setSpacing(12);
    auto *what = new TextLabel(
        tr("Two small platforms on this machine, LEGACY and NEW, with a router, a comparator and "
           "some load: to learn and to try things out. Nothing in it is real, everything goes away "
           "with the console."));
    what->setWordWrap(true);
    m_text = new TextLabel({}, FontRole::Secondary, Ink::Secondary);
    m_text->setObjectName(QStringLiteral("sandboxText"));
    m_text->setWordWrap(true);
    m_practicePanel = buildPractice();
    column->addWidget(what);
    column->addWidget(m_text);
    column->addWidget(m_practicePanel);
    column->addStretch(1);
    setContent(inner);
    QHBoxLayout *foot = addFootBar();
    m_stop = new Button(tr("Stop"));
    m_stop->setObjectName(QStringLiteral("sandboxStop"));
    m_start = new Button(ButtonKind::Accent, Symbol::Play, tr("Start and connect"));
    m_start->setObjectName(QStringLiteral("sandboxStart"));
    foot->addStretch(1);
    foot->addWidget(m_stop);
    foot->addWidget(m_start);
    connect(m_start, &QAbstractButton::clicked, this, [this] { m_session->connectTo(Profiles::sandboxId()); });
    connect(m_stop, &QAbstractButton::clicked, m_session, &ConnectionsSession::disconnectNow);
    connect(session, &ConnectionsSession::changed, this, &SandboxPane::showState);
    connect(session->sandbox(), &SandboxProcess::changed, this, &SandboxPane::showState);
    connect(&m_practice, &PracticeSession::changed, this, &SandboxPane::showPractice);
    showState();
    showPractice();
}

QWidget *SandboxPane::buildPractice()
{
    auto *panel = new QWidget;
    auto *grid = new QGridLayout(panel);
    grid->setContentsMargins(0, 8, 0, 0);
    grid->setHorizontalSpacing(12);
    grid->setVerticalSpacing(10);
    auto *head = new TextLabel(tr("Break it, and see what Crossfade does"), FontRole::PaneTitle);
    auto *sub = new TextLabel(tr("Nothing here touches rules or shifts: faults go into the platforms "
                                 "themselves, as they would in earnest."),
                              FontRole::Secondary, Ink::Secondary);
    sub->setWordWrap(true);
    grid->addWidget(head, 0, 0, 1, 3);
    grid->addWidget(sub, 1, 0, 1, 3);
    int row = 2;
    for (const auto platform : {PracticeSession::New, PracticeSession::Legacy}) {
        const bool fresh = platform == PracticeSession::New;
        grid->addWidget(new TextLabel(fresh ? QStringLiteral("NEW") : QStringLiteral("LEGACY"), FontRole::Strong,
                                      fresh ? Ink::Fresh : Ink::Legacy),
                        row, 0);
        grid->addWidget(buildFaults(platform), row, 1);
        m_faultTexts[platform] = new TextLabel({}, FontRole::Secondary, Ink::Secondary);
        grid->addWidget(m_faultTexts[platform], row++, 2);
    }
    grid->addWidget(new TextLabel(tr("Load"), FontRole::Strong), row, 0);
    grid->addWidget(buildLoad(), row++, 1);
    auto *plant = new Button(tr("Plant %1 differences").arg(ToPlant));
    plant->setObjectName(QStringLiteral("practicePlant"));
    connect(plant, &QAbstractButton::clicked, this, [this] { m_practice.plant(ToPlant); });
    m_planted = new TextLabel({}, FontRole::Secondary, Ink::Secondary);
    m_planted->setObjectName(QStringLiteral("practicePlanted"));
    m_planted->setWordWrap(true);
    grid->addWidget(new TextLabel(tr("Data"), FontRole::Strong), row, 0);
    grid->addWidget(plant, row++, 1, Qt::AlignLeft);
    grid->addWidget(m_planted, row++, 1, 1, 2);
    m_problem = new TextLabel({}, FontRole::Secondary, Ink::Red);
    m_problem->setObjectName(QStringLiteral("practiceProblem"));
    m_problem->setWordWrap(true);
    grid->addWidget(m_problem, row, 0, 1, 3);
    grid->setColumnStretch(2, 1);
    return panel;
}

Segmented *SandboxPane::buildFaults(PracticeSession::Platform platform)
{
    auto *row = new Segmented;
    const QString name = QStringLiteral("practice") + namesOf(platform);
    row->setObjectName(name);
    row->setAccessibleName(platform == PracticeSession::New ? tr("What goes wrong at NEW")
                                                            : tr("What goes wrong at LEGACY"));
    row->addSegment(tr("healthy"), name + QStringLiteral("Healthy"));
    row->addSegment(tr("30 % errors"), name + QStringLiteral("Errors"));
    row->addSegment(tr("500 ms slower"), name + QStringLiteral("Slow"));
    row->addSegment(tr("outage"), name + QStringLiteral("Outage"));
    connect(row, &Segmented::currentChanged, this,
            [this, platform](int choice) { m_practice.setFaults(platform, Faults[choice]); });
    m_faults[platform] = row;
    return row;
}

Segmented *SandboxPane::buildLoad()
{
    m_load = new Segmented;
    m_load->setObjectName(QStringLiteral("practiceLoad"));
    m_load->setAccessibleName(tr("Requests a second"));
    m_load->addSegment(tr("none"));
    for (const double rate : {Rates[1], Rates[2], Rates[3]})
        m_load->addSegment(tr("%1 a second").arg(rate));
    connect(m_load, &Segmented::currentChanged, this,
            [this](int choice) { m_practice.setRequestsPerSecond(Rates[choice]); });
    return m_load;
}

void SandboxPane::showState()
{
    const SandboxProcess *sandbox = m_session->sandbox();
    const auto state = sandbox->state();
    switch (state) {
    case SandboxProcess::State::Stopped:
        m_chip->setLook({tr("NOT RUNNING"), Tone::Outline, Glyph::Pause});
        break;
    case SandboxProcess::State::Starting:
        m_chip->setLook({tr("STARTING"), Tone::Neutral, Glyph::Clock});
        break;
    case SandboxProcess::State::Running:
        m_chip->setLook({tr("RUNNING"), Tone::Neutral, Glyph::Play});
        break;
    case SandboxProcess::State::Failed:
        m_chip->setLook({tr("FAILED"), Tone::RedTint, Glyph::Warning});
        break;
    }
    m_text->setText(sandbox->progress());
    m_text->setVisible(!sandbox->progress().isEmpty());
    m_text->setInk(state == SandboxProcess::State::Failed ? Ink::Red : Ink::Secondary);
    const bool busy = state == SandboxProcess::State::Starting;
    m_start->setBlocked(busy ? tr("It is starting.") : QString());
    m_stop->setBlocked(state == SandboxProcess::State::Stopped || state == SandboxProcess::State::Failed
                           ? tr("It does not run.")
                           : QString());
}

void SandboxPane::showPractice()
{
    m_practicePanel->setVisible(m_practice.isRunning());
    for (const auto platform : {PracticeSession::Legacy, PracticeSession::New}) {
        const auto &faults = m_practice.faults(platform);
        const QSignalBlocker quiet(m_faults[platform]);
        const int choice = faults ? choiceOf(Faults, *faults) : -1;
        m_faults[platform]->setEnabled(faults.has_value());
        if (choice >= 0)
            m_faults[platform]->setCurrentIndex(choice);
        const bool other = faults && choice < 0;
        m_faultTexts[platform]->setText(!faults ? tr("does not answer")
                                        : other ? tr("%1 % errors, %2 ms slower").arg(faults->errorRate).arg(faults->latencyMs)
                                                : QString());
    }
    const QSignalBlocker quiet(m_load);
    const auto rate = m_practice.requestsPerSecond();
    m_load->setEnabled(rate.has_value());
    if (const int choice = rate ? choiceOf(Rates, *rate) : -1; choice >= 0)
        m_load->setCurrentIndex(choice);
    m_planted->setText(m_practice.planted() > 0
                           ? tr("%n planted; a run of the check finds them.", nullptr, m_practice.planted())
                           : tr("Missing, extra and altered users, for a check to find."));
    m_problem->setVisible(m_practice.error() != nullptr);
    m_problem->setText(m_practice.error() ? errorText(*m_practice.error()) : QString());
}

void SandboxPane::showEvent(QShowEvent *event)
{
    Pane::showEvent(event);
    m_practice.setWatched(true);
}

void SandboxPane::hideEvent(QHideEvent *event)
{
    m_practice.setWatched(false);
    Pane::hideEvent(event);
}

} // namespace crossfade
