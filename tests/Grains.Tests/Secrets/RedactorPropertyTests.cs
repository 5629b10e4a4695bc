using ControlPlane.Grains.Secrets;
using ControlPlane.Testing;
using CsCheck;

namespace ControlPlane.Grains.Tests.Secrets;

public sealed class RedactorPropertyTests
{
    private static readonly Gen<string> Value = Gen.String[Gen.Char[CanaryAlphabet.Awkward], CanarySet.Piece, 60]
        .Where(value => value.Trim().Length == value.Length);

    private static readonly Gen<string> Around = Gen.String[Gen.Char[" !#$()*+,-./0123456789:;=?@ABCXYZ[]^_`abcnrtuxyz{|}~<>'\r\n\t"], 0, 40];

    [Fact]
    public void Redact_AnyValueTextAndEncoding_NoPieceStays() =>
        Gen.Select(Value, Around, Around, Gen.Int[0, 1000]).Sample((value, before, after, choice) =>
        {
            var canaries = new CanarySet();
            canaries.Watch(new Canary("A_KEY", "", value));
            var registry = new SecretRegistry();
            registry.Register("A_KEY", value);
            var renderings = CanaryEncodings.Of(value).ToList();
            var (encoding, text) = renderings[choice % renderings.Count];
            return canaries.Find(new Redactor(registry).Redact(before + text + after)) is null;
        }, iter: 3000, print: _ => "(values are not printed)");
}
