// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shift/guardeditor.h"

#include "models/items/policywords.h"
#include "models/items/text.h"
#include "ui/shared/buttons.h"
#include "ui/shared/labels.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QSpinBox>
#include <QVBoxLayout>

#include <algorithm>
#include <array>
#include <initializer_list>

namespace crossfade {

namespace {

constexpr std::array Metrics{Metric::SuccessRate, Metric::ErrorRate, Metric::RequestRate, Metric::Latency,
                             Metric::Satisfaction, Metric::Consistency, Metric::SyncBacklog, Metric::DeadLetters, Metric::Promql};
constexpr int Relative = 2; // its place among the comparisons
constexpr int ByUsers = 100; // beside the statistics: the rate of users, not of requests
constexpr int LineGap = 4;
constexpr int ArrowRoom = 34; // of a box beside its word
constexpr std::array Statistics{Statistic::Rate, Statistic::Mean, Statistic::P50, Statistic::P95, Statistic::P99};

bool fitsMetric(Statistic statistic, Metric metric)
{
    if (metric == Metric::Latency)
        return statistic != Statistic::Rate;
    return statistic == Statistic::Rate || (metric == Metric::Satisfaction && statistic == Statistic::Mean);
}

QSpinBox *number(int low, int high, const QString &name, const QString &suffix, QWidget *parent)
{
    auto *spin = new QSpinBox(parent);
    spin->setRange(low, high);
    spin->setSuffix(suffix);
    spin->setAccessibleName(name);
    spin->setToolTip(name);
    spin->setAlignment(Qt::AlignRight);
    return spin;
}

// Without the zeros behind a number whose unit nobody knows.
class FreeNumber : public QDoubleSpinBox {
public:
    using QDoubleSpinBox::QDoubleSpinBox;
    QString textFromValue(double value) const override
    {
        QString text = QDoubleSpinBox::textFromValue(value);
        const qsizetype point = text.indexOf(locale().decimalPoint());
        if (decimals() <= 2 || point < 0)
            return text;
        while (text.endsWith(QLatin1Char('0')))
            text.chop(1);
        return text.size() == point + 1 ? text.left(point) : text;
    }
};

QComboBox *choice(const QString &name, QWidget *parent)
{
    auto *combo = new QComboBox(parent);
    combo->setAccessibleName(name);
    combo->setToolTip(name);
    return combo;
}

// Of a closed box that may come to show any of these.
int widthFor(const QStringList &words, const QComboBox *combo)
{
    int width = 0;
    for (const QString &word : words)
        width = std::max(width, combo->fontMetrics().horizontalAdvance(word));
    return width + ArrowRoom;
}

// Keeps its room when what is in it is hidden.
void addCell(QHBoxLayout *row, std::initializer_list<QWidget *> fields, int width)
{
    auto *cell = new QWidget;
    cell->setFixedWidth(width);
    auto *inside = new QHBoxLayout(cell);
    inside->setContentsMargins(0, 0, 0, 0);
    inside->setSpacing(LineGap);
    for (QWidget *field : fields)
        inside->addWidget(field);
    row->addWidget(cell);
}

// Tab goes as the eye does.
void inOrder(std::initializer_list<QWidget *> fields)
{
    QWidget *before = nullptr;
    for (QWidget *field : fields) {
        if (before != nullptr)
            QWidget::setTabOrder(before, field);
        before = field;
    }
}

} // namespace

GuardEditor::GuardEditor(const Guard &guard, QWidget *parent)
    : QWidget(parent), m_base(guard), m_metric(choice(tr("Metric"), this)), m_statistic(choice(tr("Statistic"), this)),
      m_platform(choice(tr("Platform"), this)), m_comparison(choice(tr("Comparison"), this)),
      m_threshold(new FreeNumber(this)), m_window(number(1, 3'600, tr("Window, seconds"), tr(" s"), this)),
      m_samples(number(0, 10'000'000, tr("Fewest samples of a window"), {}, this)),
      m_breaches(number(1, 100, tr("k: breaches that trip"), {}, this)), m_windows(number(1, 100, tr("n: windows looked at"), {}, this)),
      m_mode(choice(tr("Whether it decides"), this)), m_check(new QLineEdit(this)),
      m_problem(new TextLabel({}, FontRole::Secondary, Ink::Red, this))
{
    for (const Metric metric : Metrics)
        m_metric->addItem(metricText(metric), static_cast<int>(metric));
    for (const char *word : {"NEW", "LEGACY"})
        m_platform->addItem(QLatin1String(word));
    m_comparison->addItem(QStringLiteral("\u2265"));
    m_comparison->addItem(QStringLiteral("\u2264"));
    m_threshold->setDecimals(2);
    m_threshold->setAlignment(Qt::AlignRight);
    m_metric->setObjectName(QStringLiteral("guardMetric"));
    m_statistic->setObjectName(QStringLiteral("guardStatistic"));
    m_platform->setObjectName(QStringLiteral("guardPlatform"));
    m_comparison->setObjectName(QStringLiteral("guardComparison"));
    m_threshold->setObjectName(QStringLiteral("guardThreshold"));
    m_mode->addItem(tr("decides"));
    m_mode->addItem(tr("shows only"));
    m_check->setPlaceholderText(tr("check"));
    m_check->setObjectName(QStringLiteral("guardCheck"));
    m_check->setAccessibleName(tr("Consistency check"));
    m_check->setToolTip(m_check->accessibleName());
    auto *remove = new Button(ButtonKind::Flat, Symbol::Remove, {}, this);
    remove->setAccessibleName(tr("Remove this guard"));
    remove->setToolTip(remove->accessibleName());
    remove->setObjectName(QStringLiteral("removeGuard"));
    buildLine(remove);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    column->addWidget(m_captions);
    column->addWidget(m_line);
    m_expressionRow = expressionRow();
    column->addWidget(m_expressionRow);
    column->addWidget(m_problem);
    m_problem->hide();
    m_captions->hide();
    inOrder({m_metric, m_statistic, m_platform, m_check, m_comparison, m_threshold, m_window, m_samples, m_breaches,
             m_windows, m_mode, remove, m_source, m_expression, m_samplesExpression, m_try});

    m_metric->setCurrentIndex(m_metric->findData(static_cast<int>(guard.metric)));
    m_platform->setCurrentIndex(guard.platform == Platform::Legacy ? 1 : 0);
    adapt();
    m_statistic->setCurrentIndex(std::max(0, m_statistic->findData(guard.countsUsers ? ByUsers : static_cast<int>(guard.statistic))));
    if (guard.isRelative())
        m_comparison->setCurrentIndex(Relative);
    else
        m_comparison->setCurrentIndex(guard.comparison == Comparison::AtMost ? 1 : 0);
    adaptThreshold();
    m_threshold->setValue(guard.tolerance.value_or(guard.threshold));
    m_window->setValue(static_cast<int>(guard.windowSeconds));
    m_samples->setValue(static_cast<int>(guard.minSamples));
    m_breaches->setValue(guard.breaches);
    m_windows->setValue(guard.windows);
    m_mode->setCurrentIndex(guard.decides ? 0 : 1);
    m_check->setText(toText(guard.checkName));

    connectExpression();
    connect(m_metric, &QComboBox::currentIndexChanged, this, [this] {
        adapt();
        Q_EMIT changed();
    });
    connect(m_platform, &QComboBox::currentIndexChanged, this, [this] {
        adaptRelative();
        adaptThreshold();
        Q_EMIT changed();
    });
    connect(m_comparison, &QComboBox::currentIndexChanged, this, [this] {
        if (adaptThreshold())
            m_threshold->setValue(usualValue());
        Q_EMIT changed();
    });
    for (QComboBox *combo : {m_statistic, m_mode})
        connect(combo, &QComboBox::currentIndexChanged, this, &GuardEditor::changed);
    for (QSpinBox *spin : {m_window, m_samples, m_breaches, m_windows})
        connect(spin, &QSpinBox::valueChanged, this, &GuardEditor::changed);
    connect(m_threshold, &QDoubleSpinBox::valueChanged, this, &GuardEditor::changed);
    connect(m_check, &QLineEdit::textChanged, this, &GuardEditor::changed);
    connect(remove, &QPushButton::clicked, this, &GuardEditor::removed);
}

// Every row of a list has its fields at the same places, whatever its metric has and lacks: the metric takes
// what the others leave, and these are as wide as the longest of their words.
void GuardEditor::buildLine(Button *remove)
{
    m_line = new QWidget(this);
    m_captions = new QWidget(this);
    auto *row = new QHBoxLayout(m_line);
    auto *heads = new QHBoxLayout(m_captions);
    for (QHBoxLayout *each : {row, heads}) {
        each->setContentsMargins(0, 0, 0, 0);
        each->setSpacing(LineGap);
    }
    m_metric->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_metric->setMinimumContentsLength(6);
    row->addWidget(m_metric, 1);
    heads->addWidget(new ElidingLabel(tr("Metric"), FontRole::Axis, Ink::Secondary, m_captions), 1);
    const auto head = [&](const QString &caption, int width) {
        auto *label = new ElidingLabel(caption, FontRole::Axis, Ink::Secondary, m_captions);
        label->setFixedWidth(width);
        heads->addWidget(label);
    };
    // A check has the place of the statistic and the platform, which it lacks.
    QStringList statistics;
    for (const Statistic statistic : Statistics)
        statistics << statisticText(statistic);
    statistics << tr("users");
    m_statistic->setFixedWidth(widthFor(statistics, m_statistic));
    m_platform->setFixedWidth(widthFor({QStringLiteral("LEGACY")}, m_platform));
    head(tr("Statistic"), m_statistic->width());
    head(tr("Of"), m_platform->width());
    addCell(row, {m_statistic, m_platform, m_check}, m_statistic->width() + LineGap + m_platform->width());
    const auto place = [&](const QString &caption, QWidget *field, int width) {
        field->setFixedWidth(width); // its range would ask for room that no value needs
        head(caption, width);
        addCell(row, {field}, width);
    };
    place(tr("Must be"), m_comparison, widthFor({QStringLiteral("\u2265 LEGACY")}, m_comparison));
    place(tr("Threshold"), m_threshold, 96);
    place(tr("Window"), m_window, 76);
    place(tr("Samples"), m_samples, 76);
    place(tr("Trips at"), m_breaches, 52);
    place(tr("of last"), m_windows, 52);
    place(tr("Effect"), m_mode, widthFor({m_mode->itemText(0), m_mode->itemText(1)}, m_mode));
    row->addWidget(remove);
    heads->addSpacing(remove->sizeHint().width() + LineGap);
}

void GuardEditor::setCaptionsVisible(bool visible)
{
    m_captions->setVisible(visible);
}

// Only the statistics that the metric has, and the direction that makes sense.
void GuardEditor::adapt()
{
    const Metric metric = this->metric();
    const QSignalBlocker quiet(m_statistic);
    m_statistic->clear();
    for (const Statistic statistic : Statistics) {
        if (fitsMetric(statistic, metric))
            m_statistic->addItem(statisticText(statistic), static_cast<int>(statistic));
    }
    if (canCountUsers(metric)) {
        m_statistic->addItem(tr("users"), ByUsers);
        m_statistic->setItemData(m_statistic->count() - 1, tr("The rate of users: one that retries often counts once."), Qt::ToolTipRole);
    }
    if (metric == Metric::Latency)
        m_statistic->setCurrentIndex(m_statistic->findData(static_cast<int>(Statistic::P95)));
    adaptRelative();
    const QSignalBlocker quietToo(m_comparison);
    m_comparison->setCurrentIndex(isKeptBelow() ? 1 : 0);
    adaptThreshold();
    const bool ofRequests = !isOfComparator(metric) && metric != Metric::Promql;
    m_window->setMaximum(metric == Metric::Consistency ? 30 * 86'400 : 3'600); // checks may be weeks apart
    m_check->setVisible(metric == Metric::Consistency);
    m_platform->setVisible(ofRequests);
    m_statistic->setVisible(ofRequests);
    m_expressionRow->setVisible(metric == Metric::Promql);
    adaptExpression();
}

Metric GuardEditor::metric() const
{
    return static_cast<Metric>(m_metric->currentData().toInt());
}

bool GuardEditor::isKeptBelow() const
{
    return naturalComparison(metric()) == Comparison::AtMost;
}

bool GuardEditor::isRelative() const
{
    return m_comparison->currentIndex() == Relative;
}

// What to begin with when the number's meaning changed.
double GuardEditor::usualValue() const
{
    const bool latency = metric() == Metric::Latency;
    if (isRelative())
        return latency ? 10 : 0.5;
    if (!m_base.isRelative() && m_base.metric == metric())
        return m_base.threshold;
    if (isOfSyncs(metric()))
        return 0;
    return latency ? 400 : metric() == Metric::ErrorRate ? 0.5 : 99.5;
}

// The third choice, "≥ LEGACY", names the other platform; metrics that cannot be held against it lack it.
void GuardEditor::adaptRelative()
{
    const QSignalBlocker quiet(m_comparison);
    if (!canBeRelative(metric())) {
        m_comparison->removeItem(Relative);
        return;
    }
    const QString other = m_platform->currentIndex() == 1 ? QStringLiteral("NEW") : QStringLiteral("LEGACY");
    const QString text = QString(isKeptBelow() ? QChar(0x2264) : QChar(0x2265)) + QLatin1Char(' ') + other;
    if (m_comparison->count() == Relative)
        m_comparison->addItem(text);
    else
        m_comparison->setItemText(Relative, text);
}

// Whether the number means something else from now on: a level, or how much worse is tolerated.
bool GuardEditor::adaptThreshold()
{
    const QString prefix = !isRelative() ? QString() : isKeptBelow() ? QStringLiteral("+ ") : QStringLiteral("\u2212 ");
    const bool other = m_threshold->prefix() != prefix;
    const QSignalBlocker quiet(m_threshold);
    m_threshold->setPrefix(prefix);
    m_threshold->setSuffix(!isRelative() ? QString() : metric() == Metric::Latency ? QStringLiteral(" %") : QStringLiteral(" pp"));
    const bool free = metric() == Metric::Promql; // in a unit of its own, of either sign
    m_threshold->setDecimals(free ? 9 : isOfSyncs(metric()) ? 0 : 2);
    m_threshold->setRange(free ? -1e15 : 0, free ? 1e15 : !isRelative() ? 1e9 : metric() == Metric::Latency ? 1e3 : 50);
    m_threshold->setAccessibleName(isRelative() ? tr("Tolerance") : tr("Threshold"));
    m_threshold->setToolTip(isRelative() ? tr("Tolerance: how much worse than the other platform it may be, in points of percent "
                                              "(latency: in percent). A significance test decides.")
                                         : tr("Threshold: percent, milliseconds or score, as the metric; of PromQL in the expression's own unit"));
    return other;
}

Guard GuardEditor::guard() const
{
    Guard guard = m_base;
    guard.metric = metric();
    const int statistic = m_statistic->currentData().toInt();
    guard.countsUsers = statistic == ByUsers;
    guard.statistic = guard.countsUsers ? Statistic::Rate : static_cast<Statistic>(statistic);
    guard.platform = m_platform->currentIndex() == 1 ? Platform::Legacy : Platform::New;
    const bool atMost = isRelative() ? isKeptBelow() : m_comparison->currentIndex() == 1;
    guard.comparison = atMost ? Comparison::AtMost : Comparison::AtLeast;
    guard.tolerance = isRelative() ? std::optional(m_threshold->value()) : std::nullopt;
    guard.threshold = isRelative() ? 0 : m_threshold->value();
    guard.windowSeconds = m_window->value();
    guard.minSamples = static_cast<std::uint64_t>(m_samples->value());
    guard.breaches = m_breaches->value();
    guard.windows = m_windows->value();
    guard.decides = m_mode->currentIndex() == 0;
    guard.checkName = guard.metric == Metric::Consistency ? toUtf8(m_check->text().trimmed()) : std::string();
    const bool promql = guard.metric == Metric::Promql;
    // A line edit shows line breaks as spaces: what nobody edited stays as it was written.
    const auto textOf = [](const QLineEdit *edit, const std::string &stored) {
        return edit->isModified() ? toUtf8(edit->text().trimmed()) : stored;
    };
    guard.source = promql ? toUtf8(m_source->currentText()) : std::string();
    guard.expression = promql ? textOf(m_expression, m_base.expression) : std::string();
    guard.samplesExpression = promql ? textOf(m_samplesExpression, m_base.samplesExpression) : std::string();
    if (!guard.countsSamples())
        guard.minSamples = 0;
    if (guard.criticalThreshold && guard.metric != m_base.metric)
        guard.criticalThreshold.reset(); // it was of another unit
    return guard;
}

void GuardEditor::setProblem(const QString &sentence)
{
    m_problem->setText(sentence);
    m_problem->setVisible(!sentence.isEmpty());
}

} // namespace crossfade
