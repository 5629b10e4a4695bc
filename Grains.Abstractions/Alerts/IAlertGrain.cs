using System.Collections.Immutable;
using Orleans.Concurrency;

namespace ControlPlane.Abstractions;

/// <summary>Decides which alerts to send, and sends each until it has arrived. Nothing waits for it: others only query it. Key 0.</summary>
[Alias("cp.IAlertGrain")]
public interface IAlertGrain : IGrainWithIntegerKey
{
    /// <summary>Makes sure that it runs; answers with how the configured channels stand.</summary>
    [AlwaysInterleave, ResponseTimeout("00:00:05"), Alias("Standing")]
    Task<ImmutableArray<AlertChannelStatus>> Standing();

    /// <summary>Alerts, newest first.</summary>
    [AlwaysInterleave, ResponseTimeout("00:00:10"), Alias("List")]
    Task<HistoryPage<AlertView>> List(AlertFilter filter, int limit, string? before);

    /// <summary>Somebody takes care of it: nothing is repeated or escalated any more.</summary>
    [AlwaysInterleave, ResponseTimeout("00:00:10"), Alias("Acknowledge")]
    Task<AlertAnswer> Acknowledge(string alertId, string reason, Caller by);

    /// <summary>Sends a test message the whole way, once, and answers when its fate is known.</summary>
    /// <param name="channel">Null for all channels.</param>
    [AlwaysInterleave, ResponseTimeout("00:00:30"), Alias("Test")]
    Task<AlertTestReport> Test(string? channel, Caller by);

    /// <summary>A node reports that the gate refuses it. Valid for a few seconds.</summary>
    [AlwaysInterleave, OneWay, Alias("NodeNotReady")]
    Task NodeNotReady(string node, GateRefusal refusal);
}

/// <summary>Which alerts a list holds.</summary>
public enum AlertFilter
{
    All = 0,
    Open = 1,
    Resolved = 2,
}

/// <summary>An alert and its notices, oldest first.</summary>
[GenerateSerializer, Immutable, Alias("cp.AlertView")]
public sealed record AlertView([property: Id(0)] AlertRecord Alert, [property: Id(1)] ImmutableArray<AlertNotice> Notices);

/// <summary>What came of a call. <paramref name="Code"/> is null when it was done.</summary>
[GenerateSerializer, Immutable, Alias("cp.AlertAnswer")]
public sealed record AlertAnswer([property: Id(0)] string? Code, [property: Id(1)] string? Message, [property: Id(2)] AlertView? Alert);

/// <summary>What came of a test. <paramref name="Code"/> is null when it was made.</summary>
[GenerateSerializer, Immutable, Alias("cp.AlertTestReport")]
public sealed record AlertTestReport([property: Id(0)] string? Code, [property: Id(1)] string? Message, [property: Id(2)] ImmutableArray<AlertNotice> Notices);
