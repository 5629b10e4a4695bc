using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Integrations.Policy;

/// <summary>How many of a provider's newest calls spoke against it, one after the other. A commit that holds both kinds breaks the run.
/// Known from the deltas of this activation alone: after a move it begins at none.</summary>
internal sealed class CallRun
{
    /// <summary>Calls that are told of later than this say nothing about now.</summary>
    public static readonly TimeSpan Newest = TimeSpan.FromMinutes(1);

    /// <summary>So many failures in a row put a good verdict in doubt.</summary>
    private const long Doubt = 3;

    private bool _asked;

    public long Failed { get; private set; }

    public void Take(UsageDelta delta, DateTimeOffset now)
    {
        var oldest = (now - Newest).ToUnixTimeSeconds();
        long calls = 0, errors = 0;
        foreach (var bot in delta.Bots.IsDefault ? [] : delta.Bots)
        {
            if (bot.UnixSecond < oldest) continue;
            calls += bot.Calls;
            errors += bot.Against;
        }

        if (calls == 0) return;
        Failed = errors == calls ? Failed + errors : 0;
        if (Failed == 0) _asked = false;
    }

    /// <summary>The run of failures is long enough to ask the provider again before its time, which has not been done yet.</summary>
    public bool InDoubt => !_asked && Failed >= Doubt;

    public void Asked() => _asked = true;
}
