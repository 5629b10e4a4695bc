using System.Text.Json;
using ControlPlane.Grains.Secrets;
using ControlPlane.Grains.Secrets.Keys;

namespace ControlPlane.Grains.Tests.Secrets;

public sealed class ControlPlaneKeysTests
{
    private const string Root = "a-root-secret-of-24-chars";

    [Fact]
    public void Derive_SameRootAndPurpose_IsTheSameOnEveryNode() =>
        Assert.Equal(new ControlPlaneKeys(new Secret(Root)).Derive(KeyPurposes.Join), new ControlPlaneKeys(new Secret(Root)).Derive(KeyPurposes.Join));

    [Fact]
    public void Derive_EachPurposeAndRoot_HasAKeyOfItsOwn()
    {
        string[] purposes = [KeyPurposes.StoreMac, KeyPurposes.Caller, KeyPurposes.Join, KeyPurposes.Session, KeyPurposes.Agreement];
        var keys = new[] { Root, Root + "2" }.SelectMany(root => purposes.Select(p => Convert.ToHexString(new ControlPlaneKeys(new Secret(root)).Derive(p)))).ToArray();
        Assert.Equal(keys.Length, keys.Distinct().Count());
        Assert.All(keys, key => Assert.Equal(2 * ControlPlaneKeys.KeyBytes, key.Length));
    }

    [Fact]
    public void Derive_KnownRoot_StaysAsItWasWhenRowsWereSigned() =>
        Assert.Equal("1fd2c02cd4a9c65fe7c1d5662f1fb2018d38337ec7f4459261a1eaad16e3d0b7", Convert.ToHexStringLower(new ControlPlaneKeys(new Secret(Root)).Derive(KeyPurposes.StoreMac)));

    [Fact]
    public void Root_UnderTheLeastLength_IsRefusedWithoutItsValue()
    {
        var refused = Assert.Throws<ArgumentException>(() => new ControlPlaneKeys(new Secret(Root[..23])));
        Assert.DoesNotContain(Root[..23], refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_PrintedOrSerialized_ShowNothingOfTheRoot()
    {
        var keys = new ControlPlaneKeys(new Secret(Root));
        Assert.DoesNotContain(Root, $"{keys}{JsonSerializer.Serialize(keys)}", StringComparison.Ordinal);
    }
}
