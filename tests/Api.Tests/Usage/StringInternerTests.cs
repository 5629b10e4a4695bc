using System.Text;
using ControlPlane.Api.Usage;

namespace ControlPlane.Api.Tests.Usage;

public sealed class StringInternerTests
{
    private readonly StringInterner _texts = new();

    [Theory]
    [InlineData("")]
    [InlineData("polygon")]
    [InlineData("GET /v3/quotes")]
    [InlineData("größer als 8")]
    [InlineData("\U0001F600")]
    public void Get_SameBytesAgain_IsTheSameString(string text)
    {
        var first = _texts.Get(Encoding.UTF8.GetBytes(text));
        Assert.Equal(text, first);
        Assert.Same(first, _texts.Get(Encoding.UTF8.GetBytes(text)));
    }

    [Fact]
    public void Get_TextsThatDifferOnlyWhereThePlaceDoesNotLook_AreTold()
    {
        // The same length, beginning, middle and end: they share a place.
        var (one, other) = ("12345678aaaaaaaa12345678cccccccc12345678", "12345678bbbbbbbb12345678dddddddd12345678");
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(one, _texts.Get(Encoding.UTF8.GetBytes(one)));
            Assert.Equal(other, _texts.Get(Encoding.UTF8.GetBytes(other)));
        }
    }

    [Fact]
    public void Get_AFloodOfTexts_KeepsNoMoreThanItsPlaces()
    {
        for (var i = 0; i < 20_000; i++) Assert.Equal($"text-{i}", _texts.Get(Encoding.UTF8.GetBytes($"text-{i}")));
        Assert.InRange(_texts.Count, 1, StringInterner.Places);
    }

    [Fact]
    public void Get_LongText_IsNotKept()
    {
        var text = new string('x', StringInterner.MaxBytes + 1);
        Assert.Equal(text, _texts.Get(Encoding.UTF8.GetBytes(text)));
        Assert.Equal(0, _texts.Count);
    }

    [Theory]
    [InlineData(new byte[] { 0xFF })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })]
    [InlineData(new byte[] { 0xC0, 0xAF })]
    [InlineData(new byte[] { (byte)'a', 0xE2, 0x82 })]
    public void Get_NotUtf8_ThrowsAndKeepsNothing(byte[] bytes)
    {
        Assert.Throws<DecoderFallbackException>(() => _texts.Get(bytes));
        Assert.Equal(0, _texts.Count);
    }

    [Fact]
    public async Task Get_FromManyThreads_NeverMixesTexts() =>
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                var text = $"{i % 5_000}";
                Assert.Equal(text, _texts.Get(Encoding.UTF8.GetBytes(text)));
            }
        })));
}
