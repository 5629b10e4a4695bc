using Orleans.Concurrency;

namespace ControlPlane.Abstractions;

/// <summary>Hands hosts the random key with which they hash their secrets, so that equal secrets have equal hashes and nobody outside can
/// try out guesses. It lives in this grain's memory alone: another activation has another key. Key 0.</summary>
[Alias("cp.IComparisonKeyGrain")]
public interface IComparisonKeyGrain : IGrainWithIntegerKey
{
    [AlwaysInterleave, ResponseTimeout("00:00:02"), Alias("Get")]
    Task<ComparisonKey> Get();
}

/// <summary>A key for hashing secrets, to be kept in memory for as long as one report takes.</summary>
/// <param name="Id">Tells keys apart: hashes with different keys can't be compared.</param>
[GenerateSerializer, Immutable, Alias("cp.ComparisonKey")]
public sealed record ComparisonKey([property: Id(0)] Guid Id, [property: Id(1)] byte[] Value)
{
    public override string ToString() => nameof(ComparisonKey);
}
