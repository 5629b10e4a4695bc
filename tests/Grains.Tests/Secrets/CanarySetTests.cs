using System.IO.Compression;
using System.Text;
using ControlPlane.Testing;

namespace ControlPlane.Grains.Tests.Secrets;

/// <summary>The kit must see what it looks for, or every test that uses it is worth nothing.</summary>
public sealed class CanarySetTests
{
    private readonly CanarySet _canaries = new();
    private readonly Canary _canary;

    public CanarySetTests() => _canary = _canaries.Plant("A_KEY", "pre-", alphabet: CanaryAlphabet.Awkward);

    [Fact]
    public void Find_EveryEncodingOfTheValueAndAPiece_Seen()
    {
        foreach (var (encoding, text) in CanaryEncodings.Of(_canary.Value).Concat(CanaryEncodings.Of(_canary.Random.Substring(7, 18))))
            Assert.True(_canaries.Find($"..{text}..") is not null, encoding);
    }

    [Fact]
    public void Find_Bytes_SeenAsUtf16AndCompressed()
    {
        var text = $"some text {_canary.Value} more text";
        byte[] wide = [0x20, .. Encoding.Unicode.GetBytes(text)];
        Assert.NotNull(_canaries.Find(wide));
        Assert.NotNull(_canaries.Find(Encoding.UTF8.GetBytes(text)));
        foreach (var open in new Func<Stream, Stream>[]
        {
            s => new GZipStream(s, CompressionLevel.Optimal), s => new ZLibStream(s, CompressionLevel.Optimal),
            s => new DeflateStream(s, CompressionLevel.Optimal), s => new BrotliStream(s, CompressionLevel.Optimal),
        })
        {
            using var packed = new MemoryStream();
            using (var stream = open(packed))
                stream.Write(Encoding.UTF8.GetBytes(text));
            Assert.NotNull(_canaries.Find(packed.ToArray()));
        }
    }

    [Fact]
    public void Assert_ReportsWithoutTheValue()
    {
        // Nothing beside it: the value may go on with whatever stands there.
        _canaries.AssertAbsent(_canary.Random[..11]);
        var thrown = Assert.Throws<CanaryFoundException>(() => _canaries.AssertAbsent(_canary.Value));
        _canaries.AssertAbsent(thrown.ToString());
        Assert.Throws<CanaryFoundException>(() => _canaries.AssertPresent("nothing"));
    }
}
