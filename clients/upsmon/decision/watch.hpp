// Watch: what is known of one UPS, and what people are told of it. It changes only by what is told to it; it
// decides nothing (judge.hpp does).
#pragma once

#include "clients/upsmon/decision/action.hpp"
#include "clients/upsmon/decision/observation.hpp"
#include "clients/upsmon/decision/series.hpp"

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace upright::upsmon {

using Actions = std::vector<Action>;

class Watch {
public:
    enum class Source { unknown, mains, battery };
    enum class Login { unknown, in, refused };
    // Words of ups.status that last, each with its notifications. See kLasting in watch.cpp.
    enum Word : std::size_t { cal, off, bypass, eco, over, trim, boost };
    static constexpr std::size_t kWords = boost + 1;

    void take(const Reading& reading, const Feed& feed, const Policy& policy, Instant at, Actions& actions);
    void take(const Silence& silence, const Feed& feed, const Policy& policy, Instant at, Actions& actions);
    void take(const LoggedIn& login, const Feed& feed, Actions& actions);
    void take(const LoginRefused& refusal, const Feed& feed, const Policy& policy, Instant at,
              Actions& actions);

    // Notifications that are repeated.
    void remind(const Feed& feed, const Policy& policy, Instant now, Actions& actions);
    std::optional<Instant> next_reminder(const Policy& policy) const;

    // FSD was set by ourselves: people are told once.
    void fsd_set(const Feed& feed, Actions& actions);

    // After sleep: what was known is of no use, and must not look like a long silence either.
    void forget(Instant now);

    // ---- what is known ---------------------------------------------------------------------------------
    bool known() const noexcept { return known_; } // it has answered, ever
    bool lost() const noexcept { return lost_; }   // it does not answer now
    Instant last_good() const noexcept { return last_good_; }
    const std::string& why_lost() const noexcept { return why_lost_; }
    Source source() const noexcept { return source_; }
    std::optional<Instant> on_battery_since() const noexcept { return on_battery_since_; }
    std::optional<Instant> low_since() const noexcept { return low_since_; } // LB
    std::optional<Instant> since(Word word) const noexcept { return since_[word]; }
    bool alarm() const noexcept { return alarm_.has_value(); }
    bool fsd() const noexcept { return fsd_; }
    Instant last_not_critical() const noexcept { return last_not_critical_; } // not on battery and low
    const Series& charge() const noexcept { return charge_; }
    const Series& runtime() const noexcept { return runtime_; }
    Login login() const noexcept { return login_; }
    const std::string& why_refused() const noexcept { return why_refused_; }
    const std::string& status() const noexcept { return status_; } // as told last
    bool needs_alert_rate() const noexcept { return alert_; }

private:
    void take_words(const Reading& reading, const Feed& feed, Instant at, Actions& actions);
    static void take_value(Series& series, const std::optional<double>& value, Instant at);
    void take_source(std::string_view word, const Feed& feed, Instant at, Actions& actions);
    void take_alarm(const std::optional<std::string>& now, const Feed& feed, Actions& actions);
    void take_others(const std::string& now, const Feed& feed, Actions& actions);
    void mark_not_critical(bool was_lost, bool was_critical, Instant at);
    void choose_rate(const Policy& policy);
    void log_failure(const Silence& silence, const Feed& feed, const Policy& policy, Actions& actions);
    bool on_battery_and_low() const noexcept { return source_ == Source::battery && low_since_.has_value(); }

    Instant last_good_{0};
    std::optional<Instant> last_nocomm_;
    std::string why_lost_;
    std::string status_;
    std::optional<Instant> on_battery_since_;
    std::optional<Instant> low_since_;
    std::array<std::optional<Instant>, kWords> since_{};
    std::optional<std::string> alarm_;
    std::string others_;
    Instant last_replbatt_{0};
    Instant last_not_critical_{0};
    Series charge_;
    Series runtime_;
    std::string why_refused_;
    Instant last_unprotected_{0};
    bool known_ = false;
    bool lost_ = false;
    int failures_ = 0;
    Source source_ = Source::unknown;
    bool replace_battery_ = false;
    bool fsd_ = false;
    bool fsd_told_ = false;
    Login login_ = Login::unknown;
    bool alert_ = false;
};

} // namespace upright::upsmon
