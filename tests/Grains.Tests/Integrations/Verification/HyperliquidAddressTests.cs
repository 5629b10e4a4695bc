using ControlPlane.Grains.Integrations.Verification;
using ControlPlane.Grains.Integrations.Verification.Signing;

namespace ControlPlane.Grains.Tests.Integrations.Verification;

/// <summary>Against addresses that are known to every Ethereum wallet.</summary>
public sealed class HyperliquidAddressTests
{
    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000001", "0x7e5f4552091a69125d5dfcb7b8c2659029395bdf")]
    [InlineData("0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80", "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266")]
    [InlineData("0XAC0974BEC39A17E36BA4A6B4D238FF944BACB478CBED5EFCAE784D7BF4F2FF80", "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266")]
    public void Of_PrivateKey_IsItsAddress(string privateKey, string address) => Assert.Equal(address, HyperliquidAddress.Of(privateKey, "PK"));

    [Theory]
    [InlineData("")]
    [InlineData("0x12")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141")]
    [InlineData("zz0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80")]
    public void Of_NoPrivateKey_IsRefusedByName(string text)
    {
        var fault = Assert.Throws<VerifyFaultException>(() => HyperliquidAddress.Of(text, "PK"));
        Assert.Equal(("malformed_credential", "PK"), (fault.Code, fault.Variable));
    }
}
