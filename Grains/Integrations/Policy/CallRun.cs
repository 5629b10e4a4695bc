using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Integrations.Policy;

/// <summary>How the newest calls of a provider ended, one after the other. A commit that holds both kinds breaks either run.
/// Known from the deltas of this activation alone: after a move both runs begin at none.</summary>
internal sealed class CallRun
{
    /// <summary>Calls that are told of later than this say nothing about now.</summary>
    public static readonly TimeSpan Newest = TimeSpan.FromMinutes(1);

    /// <summary>So many failures in a row put a good verdict in doubt.</summary>
    private const long Doubt = 3;

    private bool _asked;

    public long Ok { get; private set; }

    public long Failed { get; private set; }

    public void Take(UsageDelta delta, DateTimeOffset now)
    {
        var oldest = (now - Newest).ToUnixTimeSeconds();
        long calls = 0, errors = 0;
        foreach (var second in delta.Seconds)
        {
            if (second.UnixSecond < oldest) continue;
            calls += second.Calls;
            errors += second.Errors;
        }

        if (calls == 0) return;
        Ok = errors == 0 ? Ok + calls : 0;
        Failed = errors == calls ? Failed + errors : 0;
        if (Failed == 0) _asked = false;
    }

    /// <summary>The run of failures is long enough to ask the provider again before its time, which has not been done yet.</summary>
    public bool InDoubt => !_asked && Failed >= Doubt;

    public void Asked() => _asked = true;
}
