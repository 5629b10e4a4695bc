using System.Security.Cryptography;
using ControlPlane.Grains.Secrets;

namespace ControlPlane.Grains.Tests.Secrets;

public sealed class SecretFingerprintTests
{
    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(SecretFingerprint.KeyLength);

    [Fact]
    public void Compute_SamePairsInAnyOrder_Same() => Assert.Equal(Of(("A", "1"), ("B", "2")), Of(("B", "2"), ("A", "1")));

    [Fact]
    public void Compute_AnythingElse_Differs()
    {
        byte[][] all =
        [
            Of(("A", "1"), ("B", "2")), Of(("A", "2"), ("B", "1")), Of(("A", "1B2")), Of(("A1", "B2")), Of(("A", "1")), Of(("A", null)), Of(), Of(("A", "1"), ("B", null)),
            SecretFingerprint.Compute(RandomNumberGenerator.GetBytes(32), [new("A", new Secret("1"))]),
        ];
        Assert.Equal(all.Length, all.Select(Convert.ToHexString).Distinct().Count());
    }

    [Fact]
    public void Compute_ShortKeyOrDoubleName_Refused()
    {
        Assert.Throws<ArgumentException>(() => SecretFingerprint.Compute(new byte[16], []));
        Assert.Throws<ArgumentException>(() => Of(("A", "1"), ("A", "2")));
    }

    private static byte[] Of(params (string Name, string? Value)[] pairs) => SecretFingerprint.Compute(
        Key, pairs.Select(pair => KeyValuePair.Create(pair.Name, pair.Value is null ? null : new Secret(pair.Value))));
}
