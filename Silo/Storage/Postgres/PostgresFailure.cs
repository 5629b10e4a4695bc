using System.Data;
using System.Net.Sockets;
using ControlPlane.Grains;
using Npgsql;

namespace ControlPlane.Silo.Storage.Postgres;

/// <summary>Sorts PostgreSQL's errors, and puts them into our words: without SQL, names or values.</summary>
internal static class PostgresFailure
{
    /// <summary>Nobody answers, or the server is going down or coming up: whatever comes next would fail as well.</summary>
    public static bool IsOutOfReach(Exception failure) => failure switch
    {
        PostgresException { SqlState: "57P01" or "57P02" or "57P03" or "57P05" } => true,
        PostgresException => false,
        NpgsqlException or SocketException or TimeoutException or IOException => true,
        _ => false,
    };

    /// <summary>True for a connection that the driver gave up: it refuses the next statement as a mistake of ours, and not as a failure.</summary>
    public static bool IsBroken(NpgsqlConnection connection) => connection.State is not ConnectionState.Open;

    /// <summary>The statement was rolled back for a transient reason: deadlock, serialization failure, lock timeout, a partition dropped meanwhile,
    /// or a refused session.</summary>
    public static bool IsPassing(Exception failure) => failure is PostgresException
    {
        SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.LockNotAvailable
            or PostgresErrorCodes.TooManyConnections or PostgresErrorCodes.ObjectInUse,
    };

    /// <summary>The rows themselves are refused, whoever writes them with what else.</summary>
    public static bool IsOfTheRows(Exception failure) =>
        failure is PostgresException { SqlState: [ '2', '2', ..] or [ '2', '3', ..] } || failure is ArgumentException or InvalidCastException;

    public static Exception Translate(Exception failure) => failure switch
    {
        PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } => new StoreConflictException("The store holds a row with this key already."),
        PostgresException postgres => new StoreUnavailableException(Describe(postgres.SqlState)),
        _ when IsOutOfReach(failure) => new StoreUnavailableException("PostgreSQL does not answer."),
        _ => failure,
    };

    /// <summary>The code of PostgreSQL's own error, or the kind of ours. Fit for a log.</summary>
    public static string Code(Exception failure) => failure is PostgresException postgres ? postgres.SqlState : failure.GetType().Name;

    private static string Describe(string state) => state switch
    {
        "57P01" or "57P02" or "57P05" => "PostgreSQL has ended the connection.",
        "57P03" => "PostgreSQL is starting or stopping.",
        PostgresErrorCodes.QueryCanceled => "PostgreSQL took too long over a statement.",
        PostgresErrorCodes.LockNotAvailable => "A lock in PostgreSQL is held by another session.",
        PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure => "Another session got in the way again and again.",
        PostgresErrorCodes.TooManyConnections => "PostgreSQL has no connection left to give.",
        PostgresErrorCodes.DiskFull or PostgresErrorCodes.OutOfMemory => "PostgreSQL has no room left.",
        PostgresErrorCodes.ReadOnlySqlTransaction => "PostgreSQL is read-only; it may be a standby.",
        PostgresErrorCodes.InsufficientPrivilege => "The database's role lacks a right that the control plane needs; see docs/postgresql.md.",
        PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedFunction or PostgresErrorCodes.UndefinedColumn =>
            "The database's schema is not the one that this program made.",
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification => "PostgreSQL refuses the user or its password.",
        PostgresErrorCodes.InvalidCatalogName => "The database does not exist.",
        _ => "PostgreSQL could not carry out the operation.",
    };
}
