using ControlPlane.Silo.Storage;

namespace ControlPlane.Silo.Tests.Storage;

/// <summary>What a client may send instead of a cursor of the list of usage, verifications, transitions or audit entries.</summary>
public static class BadCursors
{
    public static TheoryData<string> All =>
    [
        "",
        " ",
        "0",
        "not a cursor",
        "AQAAAAAAAAAAAAAAAAAAAA",
        "AQAAAAAAAAAAAAAAAAAAAAAAAAA",
        "!!!!!!!!!!!!!!!!!!!!!!!",
        "AQ AAAAAAAAAAAAAAAAAAAA",
        "éééééééééééééééééééééé",
        new string('A', 100_000),
        new PageCursor(1, 1).Format((PagedList)99),
    ];
}
