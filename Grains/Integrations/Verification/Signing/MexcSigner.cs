namespace ControlPlane.Grains.Integrations.Verification.Signing;

/// <summary>MEXC: the scheme of Binance, with HMAC keys, under another header.</summary>
internal sealed class MexcSigner(TimeProvider time) : BinanceSigner(time)
{
    public override string Kind => "mexc";

    protected override string KeyHeader => "X-MEXC-APIKEY";
}
