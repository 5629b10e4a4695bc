using System.Data;
using System.Globalization;
using System.Text.Json;
using Dapper;
using Npgsql;
using NpgsqlTypes;

namespace ControlPlane.Silo.Storage.Sql;

/// <summary>How the column types go to a database and come back. Dapper's handlers hold for the whole process: these are of our own types, so that they
/// change nothing for anybody else.</summary>
internal static class ColumnHandlers
{
    private static readonly Lazy<bool> s_registered = new(AddAll);

    public static void Register() => _ = s_registered.Value;

    private static bool AddAll()
    {
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        SqlMapper.AddTypeHandler(typeof(Instant), new InstantHandler());
        SqlMapper.AddTypeHandler(typeof(Amount), new AmountHandler());
        SqlMapper.AddTypeHandler(typeof(Uuid), new UuidHandler());
        SqlMapper.AddTypeHandler(typeof(KeyList), new KeyListHandler());
        return true;
    }

    private sealed class InstantHandler : SqlMapper.ITypeHandler
    {
        public void SetValue(IDbDataParameter parameter, object value)
        {
            var postgres = parameter as NpgsqlParameter;
            if (postgres is not null) postgres.NpgsqlDbType = NpgsqlDbType.TimestampTz;
            parameter.Value = value is not Instant instant ? DBNull.Value
                : postgres is null ? instant.Microseconds
                : Postgres.PostgresStatement.Instant(instant.Microseconds);
        }

        public object Parse(Type destinationType, object value) => value switch
        {
            long microseconds => new Instant(microseconds),
            DateTime instant => (Instant)new DateTimeOffset(instant),
            _ => throw new DataException($"No instant is read from {value.GetType().Name}."),
        };
    }

    private sealed class AmountHandler : SqlMapper.ITypeHandler
    {
        public void SetValue(IDbDataParameter parameter, object value)
        {
            var postgres = parameter as NpgsqlParameter;
            if (postgres is not null) postgres.NpgsqlDbType = NpgsqlDbType.Numeric;
            parameter.Value = value is not Amount amount ? DBNull.Value
                : postgres is null ? amount.Value.ToString(CultureInfo.InvariantCulture)
                : amount.Value;
        }

        public object Parse(Type destinationType, object value) => value switch
        {
            string text => new Amount(decimal.Parse(text, NumberStyles.Number, CultureInfo.InvariantCulture)),
            decimal number => new Amount(number),
            _ => throw new DataException($"No amount is read from {value.GetType().Name}."),
        };
    }

    private sealed class UuidHandler : SqlMapper.ITypeHandler
    {
        public void SetValue(IDbDataParameter parameter, object value)
        {
            var id = ((Uuid)value).Value;
            parameter.Value = parameter is NpgsqlParameter ? id : id.ToByteArray(bigEndian: true);
        }

        public object Parse(Type destinationType, object value) => value is byte[] bytes ? new Uuid(new Guid(bytes, bigEndian: true)) : new Uuid((Guid)value);
    }

    private sealed class KeyListHandler : SqlMapper.ITypeHandler
    {
        public void SetValue(IDbDataParameter parameter, object value)
        {
            var keys = ((KeyList)value).Keys;
            parameter.Value = parameter is NpgsqlParameter ? keys : JsonSerializer.Serialize<object>(keys);
        }

        public object Parse(Type destinationType, object value) => throw new NotSupportedException("A list of keys is a parameter only.");
    }
}
