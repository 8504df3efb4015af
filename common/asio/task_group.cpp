#include "common/asio/task_group.hpp"

#include "common/daemon/log.hpp"
#include "common/text/number.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

namespace asio = boost::asio;

namespace upright {

void TaskGroup::spawn(std::string name, asio::awaitable<Result<void>> task)
{
    if (cancelled_)
        return;
    const auto self = running_.emplace(running_.end());
    auto finished = [this, self, name = std::move(name)](const std::exception_ptr& thrown,
                                                         const Result<void>& result) {
        if (thrown) {
            try {
                std::rethrow_exception(thrown);
            } catch (const boost::system::system_error& e) {
                // A cancelled coroutine throws where it waits next: that is its end, not a fault.
                if (e.code() != asio::error::operation_aborted)
                    log::error("task.threw name={} what={}", name, escaped(e.what()));
            } catch (const std::exception& e) {
                log::error("task.threw name={} what={}", name, escaped(e.what()));
            }
        } else if (!result && result.error().code != asio::error::operation_aborted) {
            log::warning("task.failed name={} error='{}'", name, escaped(to_string(result.error())));
        }
        running_.erase(self);
        if (running_.empty())
            on_idle();
    };
    asio::co_spawn(executor_, std::move(task),
                   asio::bind_cancellation_slot(self->slot(), std::move(finished)));
}

void TaskGroup::cancel()
{
    cancelled_ = true;
    for (auto it = running_.begin(); it != running_.end();)
        (it++)->emit(asio::cancellation_type::all);
}

} // namespace upright
