using Orleans.Concurrency;

namespace ControlPlane.Abstractions;

/// <summary>Finds runners whose lease ran out and re-verifies what goes stale, once a second. Key 0.</summary>
[Alias("cp.ISupervisorGrain")]
public interface ISupervisorGrain : IGrainWithIntegerKey
{
    /// <summary>Makes sure that the loop runs; answers with the last finished cycle.</summary>
    [AlwaysInterleave, Alias("EnsureRunning")]
    Task<long> EnsureRunning();

    /// <summary>Runs a cycle now: a gate that has just become active waits for proof.</summary>
    [AlwaysInterleave, OneWay, Alias("RunNow")]
    Task RunNow();
}

/// <summary>Ends starts that never came alive and verifies that hang, once a second. Key 0.</summary>
[Alias("cp.ITimeoutWorkerGrain")]
public interface ITimeoutWorkerGrain : IGrainWithIntegerKey
{
    [AlwaysInterleave, Alias("EnsureRunning")]
    Task<long> EnsureRunning();

    /// <summary>Runs a cycle now: a gate that has just become active waits for proof.</summary>
    [AlwaysInterleave, OneWay, Alias("RunNow")]
    Task RunNow();
}

/// <summary>The built-in risk engine. Key <c>system</c> holds the defaults and the canary; every other key is a bot's id.</summary>
[Alias("cp.IRiskGrain")]
public interface IRiskGrain : IGrainWithStringKey
{
    [AlwaysInterleave, Alias("EnsureRunning")]
    Task<long> EnsureRunning();

    /// <summary>Runs a cycle now: a gate that has just become active waits for proof.</summary>
    [AlwaysInterleave, OneWay, Alias("RunNow")]
    Task RunNow();
}

/// <summary>Keys of <see cref="IRiskGrain"/>.</summary>
public static class RiskGrainKeys
{
    /// <summary>The grain that proves the engine.</summary>
    public const string Engine = "system";
}
