namespace ControlPlane.Grains.Integrations.Verification.Signing;

/// <summary>BingX: the scheme of Binance, with HMAC keys, under another header.</summary>
internal sealed class BingxSigner(TimeProvider time) : BinanceSigner(time)
{
    public override string Kind => "bingx";

    protected override string KeyHeader => "X-BX-APIKEY";
}
