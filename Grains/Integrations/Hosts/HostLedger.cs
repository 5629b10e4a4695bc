using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Integrations.Hosts;

/// <summary>What each host says about its secrets. A host that has fallen silent does not count as reporting.
/// Hashes are compared under one key. After the grain that makes keys has moved there are two; the older one counts until every host has the
/// newer.</summary>
internal sealed class HostLedger
{
    /// <summary>Hosts report every five seconds; three missed reports are silence.</summary>
    private static readonly TimeSpan s_validity = TimeSpan.FromSeconds(15);
    private readonly Dictionary<(string Host, Guid Key), (HostSecrets Secrets, long At)> _reports = [];

    public void Report(HostSecrets secrets, long now) => _reports[(secrets.Host, secrets.Key)] = (secrets, now);

    /// <summary>Whether some host that reports lacks a required variable.</summary>
    public bool AnyMissing(TimeProvider time) => Current(time).GroupBy(r => r.Secrets.Host).Any(h => !h.MaxBy(r => r.At).Secrets.Configured);

    public HostAgreement Agreement(int total, TimeProvider time)
    {
        var current = Current(time);
        var hosts = current.Select(r => r.Secrets.Host).Distinct(StringComparer.Ordinal).Count();
        var comparable = current.GroupBy(r => r.Secrets.Key).Where(key => key.Count() == hosts).MaxBy(key => key.Max(r => r.At));
        var agreeing = comparable?.GroupBy(r => (r.Secrets.Configured, Convert.ToHexString(r.Secrets.Fingerprint))).Max(same => same.Count()) ?? 0;
        return new(hosts, total, hosts > 0 && hosts >= total && agreeing == hosts, comparable is null ? hosts : agreeing);
    }

    private (HostSecrets Secrets, long At)[] Current(TimeProvider time)
    {
        foreach (var (key, report) in _reports)
        {
            if (time.GetElapsedTime(report.At) >= s_validity) _reports.Remove(key);
        }

        return [.. _reports.Values];
    }
}
