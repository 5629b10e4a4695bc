using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Integrations;

/// <summary>What each host says about its secrets. A host that has fallen silent does not count as reporting.</summary>
internal sealed class HostLedger
{
    /// <summary>Hosts report every five seconds; three missed reports are silence.</summary>
    private static readonly TimeSpan s_validity = TimeSpan.FromSeconds(15);
    private readonly Dictionary<string, (HostSecrets Secrets, long At)> _hosts = new(StringComparer.Ordinal);

    public void Report(HostSecrets secrets, long now) => _hosts[secrets.Host] = (secrets, now);

    /// <summary>Whether some host that reports lacks a required variable.</summary>
    public bool AnyMissing(TimeProvider time) => Current(time).Any(h => !h.Configured);

    public HostAgreement Agreement(int total, TimeProvider time)
    {
        var current = Current(time);
        var agree = current.Length > 0 && current.Length >= total
            && current.All(h => h.Configured == current[0].Configured && h.Fingerprint.AsSpan().SequenceEqual(current[0].Fingerprint));
        return new(current.Length, total, agree);
    }

    private HostSecrets[] Current(TimeProvider time) => [.. _hosts.Values.Where(h => time.GetElapsedTime(h.At) < s_validity).Select(h => h.Secrets)];
}
