using ControlPlane.ProviderSimulator.Books.Dialects;
using ControlPlane.ProviderSimulator.Requests;

namespace ControlPlane.ProviderSimulator.Books;

/// <summary>The order books of all brokers that have one.</summary>
internal sealed class BookDesk
{
    private readonly Dictionary<string, (IBookDialect Dialect, OrderBook Book)> _books = new IBookDialect[]
    {
        new AlpacaBook(), new OandaBook(), new TradierBook(), new TradovateBook(), new BinanceBook(), new BybitBook(), new OkxBook(), new CoinbaseBook(), new KuCoinBook(), new KrakenBook(),
    }.ToDictionary(static dialect => dialect.Provider, static dialect => (dialect, new OrderBook()), StringComparer.Ordinal);

    public IEnumerable<string> Providers => _books.Keys;

    public OrderBook Of(string provider) => _books[provider].Book;

    /// <summary>Whether a call is one of orders: that is the same in every book, so an empty one is asked.</summary>
    public bool Speaks(ProviderRequest request) => _books.TryGetValue(request.Provider, out var known) && known.Dialect.Answer(request, new OrderBook()) is not null;

    /// <summary>Null for a provider without a book, and for a call that has nothing to do with orders.</summary>
    public AnswerScript? Answer(ProviderRequest request) => _books.TryGetValue(request.Provider, out var known) ? known.Dialect.Answer(request, known.Book) : null;
}
