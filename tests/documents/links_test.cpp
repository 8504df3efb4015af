// Links between the documents lead somewhere.
#include "tests/documents/documents.hpp"

#include <regex>

namespace upright {
namespace {

namespace fs = std::filesystem;
using test::source_dir;

void expect_links_to_resolve(const fs::path& page)
{
    static const std::regex link("\\]\\(([^)#:]+)(#[^)]*)?\\)"); // a colon: another site
    const auto text = test::text_of(page);
    for (std::sregex_iterator match(text.begin(), text.end(), link), end; match != end; ++match) {
        const auto target = page.parent_path() / (*match)[1].str();
        EXPECT_TRUE(fs::exists(target)) << page << " links to " << target;
    }
}

TEST(Documents, LinksLeadToFiles)
{
    expect_links_to_resolve(source_dir() + "/README.md");
    for (const auto& entry : fs::recursive_directory_iterator(source_dir() + "/docs"))
        if (entry.path().extension() == ".md")
            expect_links_to_resolve(entry.path());
}

// Whoever starts at docs/index.md finds every page.
TEST(Documents, IndexNamesEveryPage)
{
    const auto index = test::document("docs/index.md");
    const fs::path docs = source_dir() + "/docs";
    for (const auto& entry : fs::recursive_directory_iterator(docs)) {
        const auto name = fs::relative(entry.path(), docs).string();
        if (entry.path().extension() != ".md" || name == "index.md" || name.starts_with("changelog.d/"))
            continue;
        EXPECT_NE(index.find("(" + name + ")"), std::string::npos) << name;
    }
}

} // namespace
} // namespace upright
