using ControlPlane.Abstractions;

namespace ControlPlane.Silo.Storage;

/// <summary>The words of the column <c>outcome</c>.</summary>
internal static class CycleWords
{
    public static string Word(CycleEnd end) => end switch
    {
        CycleEnd.Traded => "traded",
        CycleEnd.NoSignal => "no_signal",
        CycleEnd.Suppressed => "suppressed",
        _ => "error",
    };

    public static CycleEnd End(string word) => word switch
    {
        "traded" => CycleEnd.Traded,
        "no_signal" => CycleEnd.NoSignal,
        "suppressed" => CycleEnd.Suppressed,
        _ => CycleEnd.Error,
    };
}
