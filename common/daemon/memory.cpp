#include "common/daemon/memory.hpp"

#include <cstdint>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include <malloc.h>
#include <sys/mman.h>

namespace upright {
namespace {

struct Mapping {
    std::uintptr_t begin = 0;
    std::uintptr_t end = 0;
    bool dispensable = false; // a file's, not to be written
};

// "55d0c2a00000-55d0c2a20000 r--p 00000000 fe:01 1234 /usr/lib/x.so", and behind it lines on what it holds.
bool begins_mapping(const std::string& line, Mapping& mapping)
{
    unsigned long begin = 0;
    unsigned long end = 0;
    char flags[5] = "";
    if (std::sscanf(line.c_str(), "%lx-%lx %4s", &begin, &end, flags) != 3)
        return false;
    mapping = {begin, end, flags[1] == '-' && flags[3] == 'p' && line.find(" /") != line.npos};
    return true;
}

// "Anonymous:             0 kB"
bool is_zero(const std::string& line)
{
    const auto digit = line.find_first_of("0123456789");
    return digit != line.npos && line.compare(digit, line.npos, "0 kB") == 0;
}

} // namespace

void give_back_memory()
{
    ::malloc_trim(0);
    std::vector<Mapping> unchanged; // gathered first: reading them touches what they show
    Mapping mapping;
    std::ifstream smaps("/proc/self/smaps");
    for (std::string line; std::getline(smaps, line);)
        if (!begins_mapping(line, mapping) && mapping.dispensable && line.starts_with("Anonymous:")
            && is_zero(line)) // what was relocated would be lost
            unchanged.push_back(mapping);
    for (const auto& one : unchanged)
        ::madvise(reinterpret_cast<void*>(one.begin), one.end - one.begin, MADV_DONTNEED);
}

} // namespace upright
