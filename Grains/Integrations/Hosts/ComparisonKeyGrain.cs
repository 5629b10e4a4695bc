using System.Security.Cryptography;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Secrets;

namespace ControlPlane.Grains.Integrations.Hosts;

/// <summary>Makes a key when it activates and keeps it in memory, nowhere else.</summary>
internal sealed class ComparisonKeyGrain : Grain, IComparisonKeyGrain
{
    private readonly ComparisonKey _key = new(Guid.NewGuid(), RandomNumberGenerator.GetBytes(SecretFingerprint.KeyLength));

    public Task<ComparisonKey> Get() => Task.FromResult(_key);
}
