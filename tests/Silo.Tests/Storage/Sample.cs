using ControlPlane.Abstractions;

namespace ControlPlane.Silo.Tests.Storage;

internal static class Sample
{
    /// <summary>A whole hour.</summary>
    public static DateTimeOffset Noon { get; } = new(2025, 6, 2, 12, 0, 0, TimeSpan.Zero);

    public static UsageEvent Event(
        DateTimeOffset? at = null,
        string provider = "polygon",
        string? bot = "momentum-es",
        UsageStatus status = UsageStatus.Ok,
        int? latency = 41,
        Guid? id = null) =>
        new(id ?? Guid.CreateVersion7(), at ?? Noon, "u1", bot, provider, "GET /v3/quotes", status, 200, latency, new string('a', 32), null);

    public static List<UsageEvent> Events(int count, DateTimeOffset? from = null, string provider = "polygon") =>
        [.. Enumerable.Range(0, count).Select(i => Event((from ?? Noon).AddMilliseconds(i), provider))];

    public static GateTransition Transition(DateTimeOffset at, long version = 1, string subject = "system", string? decision = null) =>
        new(at, 7, version, subject, "OK", "BLOCKED", "NoProviderConnected", "No provider is connected.", "operator", new string('b', 32), decision);

    public static VerificationRecord Verification(DateTimeOffset at, string provider = "polygon") =>
        new(provider, at, VerifyStatus.Valid, 200, 120, null, new string('c', 32), "schedule");

    public static AuditEntry Audit(long sequence) => new(
        sequence,
        new AuditFact(
            Noon.AddTicks(1_234_567 + sequence),
            new Caller("somebody", "operator", new string('d', 32)),
            "kill.engage",
            "system",
            "done",
            System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty.Add("reason", "a \"quoted\" é\0 text").Add("empty", "")),
        new string('0', 64),
        new string('1', 64)) { Mac = new string('2', 64) };
}
