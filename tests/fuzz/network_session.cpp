// One client's whole connection: any stream of commands, in any segmentation, while the UPSes change and the
// client reads fast or slowly. Each statement gets exactly one complete answer, what is told unasked is
// NOTIFY lines, and the drivers are handed nothing but whole requests. Bytes 1 to 8 are things that happen;
// the lexer would drop them.
#include "common/daemon/log.hpp"
#include "tests/fuzz/require.hpp"
#include "tests/server/upsd/desk.hpp"

#include <cstdint>

using namespace upright;
using namespace upright::upsd;

namespace {

constexpr std::size_t kLongest = 511;

class Connection {
public:
    Connection() { desk_.outlet_ready = true; }

    void feed(std::string_view bytes)
    {
        const auto taken = stream_.feed(bytes, [&](Words words, const char* error) {
            answer(words, error);
            return true;
        });
        fuzz::require(taken == bytes.size());
    }

    void happen(unsigned what)
    {
        auto& ups = *desk_.upses.find("desk");
        ++count_;
        switch (what) {
        case 1:
            if (ups.is_connected())
                ups.apply(SetValue{"battery.charge", std::to_string(count_)});
            break;
        case 2:
            if (ups.is_connected())
                ups.apply(RemoveVariable{"battery.charge"});
            break;
        case 3: ups.disconnected(); break;
        case 4: ups.connected(desk_.now); break;
        case 5: desk_.outlet_ready = !desk_.outlet_ready; break;
        case 6: desk_.now += std::chrono::seconds(7); break;
        case 7: desk_.driver_takes = !desk_.driver_takes; break;
        default: desk_.reconnect();
        }
        publish();
        told();
    }

private:
    void publish()
    {
        for (const auto& ups : desk_.upses.all())
            ups->publish(desk_.now, desk_.upses.max_age);
    }

    void answer(Words words, const char* error)
    {
        std::string out;
        Peer peer{desk_.service, desk_.client, desk_, desk_.now};
        dispatch(peer, words, error, out);
        if (peer.after == After::prove) { // guessed too often: waits, then is looked at
            fuzz::require(out.empty());
            peer.after = After::keep;
            settle_proof(peer, *desk_.service.proofs.at_once(desk_.service.users, *desk_.client.user,
                                                             *desk_.client.password));
            dispatch(peer, words, error, out);
        }
        while (desk_.client.subscription && desk_.client.subscription->has_blocks())
            desk_.client.subscription->produce(out, 4096);
        const auto end = out.find("OK SUBSCRIBE ALL\n"); // behind it may stand what has changed meanwhile
        if (peer.after == After::produce) {
            fuzz::require(end != out.npos);
            desk_.told += out.substr(end + 17);
            out.resize(end + 17);
        }
        fuzz::require(upsd::test::is_one_complete_answer(out));
        told();
        handed();
    }

    void told()
    {
        if (desk_.outlet_ready && desk_.client.subscription)
            desk_.client.subscription->produce(desk_.told, std::string::npos);
        for (std::string_view text = desk_.told; !text.empty();) {
            const auto end = text.find('\n');
            fuzz::require(end != text.npos && end <= kLongest && text.starts_with("NOTIFY "));
            text.remove_prefix(end + 1);
        }
        desk_.told.clear();
    }

    void handed()
    {
        WordStream lines(driver_protocol::kLimits);
        lines.feed(desk_.to_driver, [](Words words, const char* error) {
            fuzz::require(error == nullptr && driver_protocol::parse_request(words).has_value());
            return true;
        });
        fuzz::require(lines.pending() == 0);
        desk_.to_driver.clear();
    }

    upsd::test::Desk desk_;
    WordStream stream_;
    int count_ = 0;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static const bool quiet = [] {
        log::be_quieter(3);
        return true;
    }();
    static_cast<void>(quiet);
    Connection connection;
    const std::string_view all{reinterpret_cast<const char*>(data), size};
    std::size_t from = 0;
    for (std::size_t at = 0; at < size; ++at) {
        if (data[at] < 1 || data[at] > 8)
            continue;
        connection.feed(all.substr(from, at - from));
        connection.happen(data[at]);
        from = at + 1;
    }
    connection.feed(all.substr(from));
    connection.feed("\n");
    return 0;
}
