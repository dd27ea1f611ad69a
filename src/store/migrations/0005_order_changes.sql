-- What calling off an order costs, told when it was called off; 0 while it stands, and when it was free or waived.
ALTER TABLE orders ADD COLUMN fee INTEGER NOT NULL DEFAULT 0 CHECK (fee >= 0);
